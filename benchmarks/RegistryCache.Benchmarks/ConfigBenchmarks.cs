using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using RegistryCache.Core.Format;

namespace RegistryCache.Benchmarks;

/// <summary>The config of a cache with many records, parsed, read as a graph, and written. The times should grow as the records do.</summary>
[MemoryDiagnoser]
public class ConfigBenchmarks
{
    private static readonly CacheFormatLimits Limits = CacheFormatLimits.Default;

    private byte[] _json = [];
    private CacheGraph? _graph;

    /// <summary>The number of records. Each links to the one before it.</summary>
    [Params(1_000, 10_000, 100_000)]
    public int Records { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var json = new StringBuilder("""{"records":[""");
        for (var i = 0; i < Records; i++)
        {
            var link = i == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $$""","inputs":[[{"link":{{i - 1}}}]]""");
            json.Append(i == 0 ? "" : ",").Append($$"""{"digest":"{{Digest.OfText("r" + i)}}"{{link}}}""");
        }

        _json = Encoding.ASCII.GetBytes(json.Append("]}").ToString());
        _graph = Read();
    }

    [Benchmark]
    public CacheGraph Read() =>
        CacheConfigReader.Read(CacheConfigParser.Parse(_json, "config", Limits), new Dictionary<string, CacheLayer>(), "config", Limits);

    [Benchmark]
    public int Write() => CacheConfigWriter.Write(_graph!).Json.Length;
}
