using BenchmarkDotNet.Attributes;
using RegistryCache.Core.Format;

namespace RegistryCache.Benchmarks;

/// <summary>
/// What is done with all records of a cache: its config is read and written, it is indexed, merged with another one of which it shares
/// half, thinned out to its targets, and pruned. Each has a layer. The times should grow as the number of records does.
/// </summary>
[MemoryDiagnoser]
public class GraphBenchmarks
{
    private static readonly CacheFormatLimits Limits = CacheFormatLimits.Default;
    private static readonly PruneRules Rules = new() { MaxBytes = 500_000 };

    private CacheGraph _graph = CacheGraph.Empty;
    private CacheGraph _other = CacheGraph.Empty;
    private byte[] _json = [];
    private readonly Dictionary<string, CacheLayer> _layers = [];

    /// <summary>The number of records and of layers.</summary>
    [Params(1_000, 10_000, 100_000)]
    public int Records { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _graph = BenchmarkGraph.Create(Records, seed: 1);
        _other = BenchmarkGraph.Create(Records, seed: 2);
        _json = CacheConfigWriter.Write(_graph).Json.ToArray();
        foreach (var layer in _graph.CollectChains().SelectMany(static chain => chain.ToLayers()))
            _layers.TryAdd(layer.Digest.ToString(), layer);
    }

    [Benchmark]
    public CacheGraph Read() => CacheConfigReader.Read(CacheConfigParser.Parse(_json, "config", Limits), _layers, "config", Limits);

    [Benchmark]
    public int Write() => CacheConfigWriter.Write(_graph).Json.Length;

    [Benchmark]
    public CacheIndex Index() => new(_graph);

    [Benchmark]
    public CacheGraph Merge()
    {
        var builder = new CacheGraphBuilder();
        builder.AddGraph(_graph);
        builder.AddGraph(_other);
        return builder.Build();
    }

    [Benchmark]
    public CacheGraph KeepTargets() => _graph.KeepTargetResults();

    [Benchmark]
    public PrunedGraph Prune() => _graph.Prune(Rules);
}
