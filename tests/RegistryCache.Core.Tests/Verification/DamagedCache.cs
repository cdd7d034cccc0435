using RegistryCache.Core.Graph;
using RegistryCache.Fixtures;

namespace RegistryCache.Core.Tests.Verification;

/// <summary>A cache that BuildKit wrote, in memory or as a writable directory, and ways to damage it behind its back.</summary>
internal sealed class DamagedCache : IAsyncDisposable
{
    public const string Source = "type=registry,ref=ghcr.io/acme/app:main";
    private readonly string _directory = Directory.CreateTempSubdirectory("rc-verify-").FullName;

    public DamagedCache()
    {
        Store = new InMemoryContentStore();
        Cache = new BuildCacheBuilder().UseStore(Store).UseCompression().Build();
        Disk = new BuildCacheBuilder().UseOci().UseCompression().Build();
    }

    public InMemoryContentStore Store { get; }

    /// <summary>Reads and writes <see cref="Store"/>.</summary>
    public BuildCache Cache { get; }

    /// <summary>Reads and writes directories and registries.</summary>
    public BuildCache Disk { get; }

    /// <summary>A writable copy of a fixture, as a source.</summary>
    public string Copy(string fixture = "max-gzip", string name = "cache") =>
        $"type=local,src={FixtureLayout.Open(fixture).CopyTo(Path.Combine(_directory, name))}";

    public string Target(string name) => $"type=local,dest={Path.Combine(_directory, name)},mode=max";

    public string BlobPath(Digest digest, string name = "cache") => Path.Combine(_directory, name, "blobs", "sha256", digest.Hex);

    public async Task<CacheGraph> GraphAsync(string fixture = "max-gzip") =>
        (await Disk.CreateImporter($"type=local,src={FixtureLayout.Open(fixture).Directory}").ImportAsync()).Graph;

    /// <summary>Puts a fixture into the store, with other descriptors.</summary>
    public async Task<CacheGraph> FillAsync(string fixture = "max-gzip", Func<Descriptor, Descriptor>? change = null)
    {
        var graph = await GraphAsync(fixture);
        if (change is not null)
            graph = GraphRewrite.MapLayers(graph, l => new CacheLayer(change(l.Descriptor), l.Content));
        await Cache.CreateExporter(Source + ",mode=max").ExportAsync(graph);
        return graph;
    }

    /// <summary>The layers of a graph, ordered by digest.</summary>
    public static IReadOnlyList<CacheLayer> Layers(CacheGraph graph) =>
        [.. graph.CollectChains().Select(c => c.Top).DistinctBy(l => l.Digest).OrderBy(l => l.Digest)];

    /// <summary>Damages the file of a blob.</summary>
    public static void Damage(string path, string how)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(path))
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var bytes = File.ReadAllBytes(path);
        switch (how)
        {
            case "deleted":
                File.Delete(path);
                break;
            case "cut":
                File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
                break;
            case "longer":
                File.WriteAllBytes(path, [.. bytes, 0]);
                break;
            default:
                bytes[bytes.Length / 2] ^= 0x10;
                File.WriteAllBytes(path, bytes);
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Cache.DisposeAsync();
        await Disk.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
