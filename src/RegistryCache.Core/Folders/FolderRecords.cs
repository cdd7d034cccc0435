using System.Collections.Immutable;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Steps;

namespace RegistryCache.Core.Folders;

/// <summary>Folders as records: all of them have one root record, without inputs or result. Each key is a record whose link to the root has
/// the key's text as the selector, so that keys can be listed. See docs/adr/0071-folder-caches-as-records.md. A record says how its folder
/// became layers: the first version has one layer of content, the second a chain with indexes. A key can have both.</summary>
internal static class FolderRecords
{
    public const int MaxKeyLength = 512;

    private const string SingleLayers = "registry-cache.folder.v1";

    private const string Chains = "registry-cache.folder.v2";

    public static readonly string Root = CacheStep.Define("registry-cache.folders.v1").RecordDigest;

    public static void CheckKey(string key, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(key, name);
        if (key.Length > MaxKeyLength)
            throw new ArgumentException($"A key has at most {MaxKeyLength} characters, not {key.Length}.", name);
        if (key.Any(char.IsControl))
            throw new ArgumentException("A key must not hold control characters.", name);
        StepDefinition.CheckText(key);
    }

    public static CacheGraph Make(string key, CacheResult result)
    {
        var builder = new CacheGraphBuilder();
        builder.Add(RecordOf(key, Chains), [[(builder.AddSource(Root), key)]], result);
        return builder.Build();
    }

    /// <summary>Every key with its record, the newest first. Other records are skipped.</summary>
    public static IReadOnlyList<FolderEntry> List(CacheGraph graph, ResultOrder order)
    {
        var records = graph.Records.Where(r => r.Inputs.Length == 1 && !r.Results.IsEmpty)
            .Select(r => (Record: r, Found: Find(r)))
            .Where(r => r.Found is not null)
            .GroupBy(r => r.Found!.Value.Key, StringComparer.Ordinal);
        return [.. records.Select(key =>
        {
            ImmutableArray<CacheResult> results = [.. key.SelectMany(r => r.Record.Results)];
            var chained = key.Where(r => r.Found!.Value.Step == Chains).SelectMany(r => r.Record.Results);
            return new FolderEntry(key.Key, results, order.Best(results)!, order.Best([.. chained]));
        }).OrderBy(e => e.Best, order)];
    }

    /// <summary>Every key with its sizes, the newest first. <paramref name="lastUses"/> says when layers were last read.</summary>
    public static IReadOnlyList<FolderKey> Keys(
        CacheGraph graph, ResultOrder order, IReadOnlyDictionary<Digest, DateTimeOffset>? lastUses = null)
    {
        var entries = List(graph, order).Select(e => (e.Key, e.Best.CreatedAt, Blobs: BlobOwners.BlobsOf([e.Best]))).ToList();
        var all = new BlobOwners(entries.Select(e => e.Blobs));
        return [.. entries.Select(e => new FolderKey(
            e.Key, e.CreatedAt, e.Blobs.Count, e.Blobs.Values.Sum(), all.OwnSizeOf(e.Blobs))
        {
            LastUsedAt = LastUse(e.Blobs.Keys),
        })];

        DateTimeOffset? LastUse(IEnumerable<Digest> layers) =>
            layers.Max(d => lastUses is not null && lastUses.TryGetValue(d, out var at) ? at : (DateTimeOffset?)null);
    }

    /// <summary>The key of the folder that a record is of; <see langword="null"/> for any other record.</summary>
    public static string? KeyOf(CacheRecord record) => record.Inputs.Length == 1 ? Find(record)?.Key : null;

    private static (string Key, string Step)? Find(CacheRecord record)
    {
        foreach (var link in record.Inputs[0])
        {
            if (link.Record.Digest != Root || !link.Record.Inputs.IsEmpty || !IsKey(link.Selector))
                continue;
            foreach (var step in (string[])[Chains, SingleLayers])
            {
                if (record.Digest == RecordOf(link.Selector, step))
                    return (link.Selector, step);
            }
        }

        return null;
    }

    // A cache of another writer can have any text as a selector.
    private static bool IsKey(string selector)
    {
        try
        {
            CheckKey(selector, nameof(selector));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string RecordOf(string key, string step) => CacheStep.Define(step).With("key", key).RecordDigest;
}
