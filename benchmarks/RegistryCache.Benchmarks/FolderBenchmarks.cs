using BenchmarkDotNet.Attributes;

namespace RegistryCache.Benchmarks;

/// <summary>A folder of 2,000 files in 100 directories, 40 MB: hashed as BuildKit does, read into a tar, and looked at.</summary>
[MemoryDiagnoser]
public class FolderBenchmarks
{
    private const int Files = 2_000;
    private string _folder = "";

    [GlobalSetup]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("registrycache-benchmark-").FullName;
        var random = new Random(1);
        var content = new byte[20_000];
        for (var i = 0; i < Files; i++)
        {
            random.NextBytes(content);
            var directory = Directory.CreateDirectory(Path.Combine(_folder, $"d{i % 100}"));
            File.WriteAllBytes(Path.Combine(directory.FullName, $"f{i}"), content);
        }
    }

    [GlobalCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [Benchmark]
    public Task<Digest> ContentDigestOfFolder() => ContentDigest.OfDirectoryAsync(_folder);

    [Benchmark]
    public Task<LayerWriteReport> Snapshot() => LayerSource.FromDirectory(_folder).WriteToAsync(Stream.Null);

    [Benchmark]
    public Task<DirectoryState> Capture() => DirectoryState.CaptureAsync(_folder);
}
