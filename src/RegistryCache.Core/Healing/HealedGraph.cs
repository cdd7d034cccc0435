using RegistryCache.Core.Graph;
using RegistryCache.Core.Import;

namespace RegistryCache.Core.Healing;

/// <summary>What becomes of a cache: results whose layers are lost go, and layers that have other blobs now get these. Records stay with
/// their links. <c>isDated</c>: if nothing else changes, one date does, by a nanosecond. This makes another config and another manifest,
/// for a registry that keeps damaged ones under their digests.</summary>
internal sealed class HealedGraph(IReadOnlyDictionary<Digest, CacheLayer?> layers, bool isDated)
{
    private bool _isDone;

    public HealedGraph Dated() => new(layers, isDated: true);

    /// <summary>The new cache, or <see langword="null"/> when nothing has to change.</summary>
    public CacheGraph? Of(PlaceContent content)
    {
        if (!content.LayerSizes.Keys.Any(layers.ContainsKey))
        {
            if (!isDated || _isDone)
                return null;
            _isDone = true;
            return WithAnotherDate(content.Graph!);
        }

        var lost = new LostResults(content.Graph!, IsLost);
        return lost.RemoveFrom(content.Graph!, layer => layers.GetValueOrDefault(layer.Digest) ?? layer);
    }

    public IReadOnlyList<(CacheRecord Record, int Results)> RemovedFrom(CacheGraph graph)
    {
        var lost = new LostResults(graph, IsLost);
        return [.. graph.Records.Select(r => (r, r.Results.Count(lost.Contains))).Where(r => r.Item2 > 0)];
    }

    private bool IsLost(Digest digest) => layers.TryGetValue(digest, out var layer) && layer is null;

    private static CacheGraph WithAnotherDate(CacheGraph graph)
    {
        var first = graph.Records.First(r => r.Results.Any(x => x.Chain is not null));
        return GraphRewrite.Apply(graph, record => ReferenceEquals(record, first)
            ? record.Results.Select(r => r with { CreatedAt = r.CreatedAt.Next() })
            : record.Results);
    }
}
