namespace RegistryCache.Core.Tests.Graph;

/// <summary>
/// How BuildKit 0.25 and newer takes the records of a cache over: leaf after leaf, in any order, each with a list of its own of what it
/// has met. A record that was taken over with an earlier leaf is entered there as nothing; when the same leaf meets it a second time,
/// the link is lost. Source: BuildKit cache/remotecache/v1/cachestorage.go, addItemToStorage.
/// </summary>
internal sealed class LoaderModel
{
    private readonly HashSet<CacheRecord> _stored = new(ReferenceEqualityComparer.Instance);
    private readonly Random _random;

    private LoaderModel(Random random) => _random = random;

    private List<string> Lost { get; } = [];

    /// <summary>The links that one import loses.</summary>
    public static IReadOnlyList<string> LostLinks(CacheGraph graph, Random random)
    {
        var linked = graph.Records.SelectMany(r => r.Inputs).SelectMany(links => links).Select(l => l.Record).ToHashSet<CacheRecord>(ReferenceEqualityComparer.Instance);
        var leaves = graph.Records.Where(r => !linked.Contains(r)).ToArray();
        random.Shuffle(leaves);
        var model = new LoaderModel(random);
        foreach (var leaf in leaves)
            model.Store(leaf, new Dictionary<CacheRecord, bool>(ReferenceEqualityComparer.Instance));
        return model.Lost;
    }

    /// <summary>The links lost in any of several imports.</summary>
    public static IReadOnlyList<string> LostLinks(CacheGraph graph, int seed, int imports) =>
        [.. Enumerable.Range(0, imports).SelectMany(i => LostLinks(graph, new Random(seed + i)))];

    /// <summary>Takes a record over; returns whether it can be linked to.</summary>
    private bool Store(CacheRecord record, Dictionary<CacheRecord, bool> met)
    {
        if (met.TryGetValue(record, out var isThere))
            return isThere;
        met.Add(record, false);
        if (_stored.Contains(record))
            return true;
        for (var i = 0; i < record.Inputs.Length; i++)
        {
            var links = record.Inputs[i].ToArray();
            _random.Shuffle(links);
            foreach (var link in links)
            {
                if (!Store(link.Record, met))
                    Lost.Add($"input {i} of {record} ← {link.Record}");
            }
        }

        _stored.Add(record);
        return met[record] = true;
    }
}
