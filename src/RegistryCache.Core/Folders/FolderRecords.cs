using RegistryCache.Core.Graph;
using RegistryCache.Core.Steps;

namespace RegistryCache.Core.Folders;

/// <summary>Folders as records: all of them have one root record, without inputs or result. Each key is a record whose link to the root has
/// the key's text as the selector, so that keys can be listed. See docs/adr/0071-folder-caches-as-records.md.</summary>
internal static class FolderRecords
{
    public const int MaxKeyLength = 512;

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
        builder.Add(RecordOf(key), [[(builder.AddSource(Root), key)]], result);
        return builder.Build();
    }

    /// <summary>Every key with its record, the newest first. Other records are skipped.</summary>
    public static IReadOnlyList<FolderEntry> List(CacheGraph graph, ResultOrder order)
    {
        var entries = new List<FolderEntry>();
        foreach (var record in graph.Records)
        {
            if (record.Inputs.Length == 1 && !record.Results.IsEmpty && KeyOf(record) is { } key)
                entries.Add(new FolderEntry(key, record, order.Best(record.Results)!));
        }

        return [.. entries.OrderBy(e => e.Best, order)];
    }

    /// <summary>Every key with its sizes, the newest first.</summary>
    public static IReadOnlyList<FolderKey> Keys(CacheGraph graph, ResultOrder order)
    {
        var entries = List(graph, order).Select(e => (e.Key, e.Best.CreatedAt, Blobs: BlobOwners.BlobsOf([e.Best]))).ToList();
        var all = new BlobOwners(entries.Select(e => e.Blobs));
        return [.. entries.Select(e => new FolderKey(
            e.Key, e.CreatedAt, e.Blobs.Count, e.Blobs.Values.Sum(), all.OwnSizeOf(e.Blobs)))];
    }

    private static string? KeyOf(CacheRecord record)
    {
        foreach (var link in record.Inputs[0])
        {
            if (link.Record.Digest == Root && link.Record.Inputs.IsEmpty
                && IsKey(link.Selector) && record.Digest == RecordOf(link.Selector))
                return link.Selector;
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

    private static string RecordOf(string key) => CacheStep.Define("registry-cache.folder.v1").With("key", key).RecordDigest;
}
