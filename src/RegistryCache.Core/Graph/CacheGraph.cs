using System.Collections.Immutable;
using RegistryCache.Core.Graph;

namespace RegistryCache;

/// <summary>A build cache: records, the links between them, and the layers that they produced. Immutable and free of cycles. Knows nothing
/// of stores, JSON or codecs. Made by <see cref="CacheGraphBuilder"/> or by an importer.</summary>
public sealed class CacheGraph
{
    internal CacheGraph(ImmutableArray<CacheRecord> records, ImmutableArray<LayerChain> sourceLayerOrder, bool keepsSourceOrder)
    {
        Records = records;
        SourceLayerOrder = sourceLayerOrder;
        KeepsSourceOrder = keepsSourceOrder;
    }

    /// <summary>A graph without records.</summary>
    public static CacheGraph Empty { get; } = new([], [], keepsSourceOrder: false);

    /// <summary>The records: in the order of the config they were read from, else in the order in which they were added.</summary>
    public ImmutableArray<CacheRecord> Records { get; }

    /// <summary>Whether there is no record.</summary>
    public bool IsEmpty => Records.IsEmpty;

    /// <summary>Whether the graph was read from one config and kept as it was. Where BuildKit's order is not defined, the writer then keeps
    /// the order of the source, so that an unchanged cache keeps its digest.</summary>
    internal bool KeepsSourceOrder { get; }

    /// <summary>The chains in the order of the source's layer entries; empty unless <see cref="KeepsSourceOrder"/>.</summary>
    internal ImmutableArray<LayerChain> SourceLayerOrder { get; }

    /// <summary>The last steps of the builds in this cache: the records to which no other record links, in the order of
    /// <see cref="Records"/>. Joining records do not count; see <see cref="FindJoiningRecords"/>.</summary>
    public IReadOnlyList<CacheRecord> FindTargets() => JoiningRecord.Targets(this);

    /// <summary>The records that an export of several builds adds so that the cache has one leaf, because BuildKit 0.25 and newer loses
    /// links of a cache with several. They do not belong to a step and have no result. This library writes at most one.</summary>
    public IReadOnlyList<CacheRecord> FindJoiningRecords() => JoiningRecord.Find(this);

    /// <summary>Every chain of every result with all its lower parts, each once: the layer entries of a config. In the order of the config
    /// that the graph was read from, else parents before children.</summary>
    public IReadOnlyList<LayerChain> CollectChains()
    {
        var chains = ChainsParentsFirst();
        var used = new HashSet<LayerChain>(chains, ReferenceEqualityComparer.Instance);
        List<LayerChain> ordered = [.. SourceLayerOrder.Where(used.Contains)];
        return ordered.Count == chains.Count ? ordered : chains;
    }

    /// <summary>Like <see cref="CollectChains"/>, always with parents before children.</summary>
    internal List<LayerChain> ChainsParentsFirst() => ChainsOf(Records.SelectMany(r => r.Results));

    /// <summary>The graph that <c>mode=min</c> exports: all records, but only the results whose layers are a contiguous run of a target's
    /// layers: the results that a target was built on, or got by <c>COPY --link</c>. Source: BuildKit solver/exporter.go.</summary>
    /// <param name="targets">The final steps, or <see langword="null"/> for <see cref="FindTargets"/>.</param>
    public CacheGraph KeepTargetResults(IReadOnlyCollection<CacheRecord>? targets = null) =>
        TargetResults.Keep(this, targets ?? FindTargets());

    /// <summary>The union of several graphs. A single graph is not rebuilt: it keeps the order, and so the digest, of its source. A layer
    /// that several of them have is read from any of their sources.</summary>
    internal static CacheGraph Union(IReadOnlyList<CacheGraph> graphs, long maxMergeSteps)
    {
        if (graphs.Count <= 1)
            return graphs.Count == 0 ? Empty : graphs[0];
        var builder = new CacheGraphBuilder(maxMergeSteps);
        var mirrors = new LayerMirrors();
        foreach (var graph in graphs)
        {
            builder.AddGraph(graph);
            mirrors.Add(graph);
        }

        return mirrors.ApplyTo(builder.Build());
    }

    /// <summary>The chains of results with all their lower parts, each once, parents before children.</summary>
    internal static List<LayerChain> ChainsOf(IEnumerable<CacheResult> results)
    {
        var seen = new HashSet<LayerChain>(ReferenceEqualityComparer.Instance);
        var chains = new List<LayerChain>();
        var path = new Stack<LayerChain>();
        foreach (var result in results)
        {
            for (var chain = result.Chain; chain is not null && seen.Add(chain); chain = chain.Parent)
                path.Push(chain);
            while (path.TryPop(out var next))
                chains.Add(next);
        }

        return chains;
    }
}
