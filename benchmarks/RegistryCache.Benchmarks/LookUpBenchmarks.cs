using BenchmarkDotNet.Attributes;

namespace RegistryCache.Benchmarks;

/// <summary>Twenty steps of a build are looked up, each on what the one before gave. The time should not grow with the cache.</summary>
[MemoryDiagnoser]
public class LookUpBenchmarks
{
    private CacheIndex _index = new(CacheGraph.Empty);
    private string[] _steps = [];

    /// <summary>The number of records.</summary>
    [Params(1_000, 10_000, 100_000)]
    public int Records { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _index = new(BenchmarkGraph.Create(Records, seed: 1));
        _steps = [.. Enumerable.Range(1, 19).Select(i => BenchmarkGraph.DigestOf($"0/{i}"))];
    }

    [Benchmark]
    public int LookUp()
    {
        IReadOnlyList<CacheRecord> found = [_index.Root(BenchmarkGraph.DigestOf("base"))!];
        foreach (var step in _steps)
            found = _index.Find(step, [[.. found.Select(static record => new CacheLink(record, CacheLink.Everything))]]);
        return found.Count == 1 ? found.Count : throw new InvalidOperationException("The last step was not found.");
    }
}
