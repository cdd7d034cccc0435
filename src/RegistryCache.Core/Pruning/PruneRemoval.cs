using RegistryCache.Core.Export;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Layers;
using Result = (RegistryCache.CacheRecord Record, RegistryCache.CacheResult Result, string? Key);

namespace RegistryCache.Core.Pruning;

/// <summary>Results that were chosen to go. They are known by their content, so that exactly these go from a cache that has changed since
/// then: what another writer has added stays.</summary>
internal sealed class PruneRemoval(IEnumerable<Result> results)
{
    private readonly Dictionary<(string Record, CacheTime CreatedAt, Digest? Top, int? Length), string?> _results =
        results.DistinctBy(r => Identity(r.Record, r.Result)).ToDictionary(r => Identity(r.Record, r.Result), r => r.Key);

    /// <summary>The cache without these results, and without the records that then lead to no result.</summary>
    public PrunedGraph ApplyTo(CacheGraph graph)
    {
        var gone = new List<Result>();
        foreach (var record in graph.Records)
        {
            foreach (var result in record.Results)
            {
                if (_results.TryGetValue(Identity(record, result), out var key))
                    gone.Add((record, result, key));
            }
        }

        var useful = UsefulRecords(graph);
        var own = JoiningRecord.Without(graph);
        var records = own.Count(r => !useful.Contains(r));
        var stays = gone.Count + records == 0
            ? graph
            : GraphRewrite.Apply(graph, r => r.Results.Where(x => !Removes(r, x)), useful.Contains);
        var before = BlobOwners.BlobsOf(graph.Records.SelectMany(r => r.Results));
        var after = BlobOwners.BlobsOf(stays.Records.SelectMany(r => r.Results));
        return new PrunedGraph(stays, gone)
        {
            Records = records,
            Size = before.Values.Sum(),
            FreedBytes = before.Where(b => !after.ContainsKey(b.Key)).Sum(b => b.Value),
        };
    }

    /// <summary>The config and manifest of what stays; <see langword="null"/> if there is nothing to write.</summary>
    public static PlannedExport? Plan(CacheGraph graph, CacheManifestForm form, LayerCodecSet codecs) =>
        PlannedExport.Of(graph, form, codecs) is { IsEmpty: false } plan ? plan : null;

    /// <summary>Whether a cache still has one of these results.</summary>
    public bool Concerns(CacheGraph graph) => graph.Records.Any(record => record.Results.Any(r => Removes(record, r)));

    private bool Removes(CacheRecord record, CacheResult result) => _results.ContainsKey(Identity(record, result));

    /// <summary>The records with a result that stays, and all records that lead to one.</summary>
    private HashSet<CacheRecord> UsefulRecords(CacheGraph graph) => new(
        GraphWalk.ParentsFirst(graph.Records.Where(record => record.Results.Any(r => !Removes(record, r)))),
        ReferenceEqualityComparer.Instance);

    // Equal records of two builds differ in their inputs only, and then in the time of their results too.
    private static (string Record, CacheTime CreatedAt, Digest? Top, int? Length) Identity(CacheRecord record, CacheResult result) =>
        (record.Digest, result.CreatedAt, result.Chain?.Top.Digest, result.Chain?.Length);
}
