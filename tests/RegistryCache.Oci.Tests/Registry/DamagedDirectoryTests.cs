using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>The bytes of a directory are not hashed before a registry gets them. If they are damaged, the registry refuses them, and the error
/// says that the directory is at fault.</summary>
[Category("Integration")]
internal sealed class DamagedDirectoryTests
{
    private DirectoryInfo _directory = null!;
    private BuildCache _cache = null!;
    private Digest _damaged;

    [SetUp]
    public async Task Damage()
    {
        _directory = Directory.CreateTempSubdirectory("registry-cache-damaged-");
        FixtureLayout.Open("max-gzip").CopyTo(_directory.FullName);
        _cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
        var graph = await GraphAsync();
        _damaged = graph.CollectChains()[0].ToLayers()[0].Descriptor.Digest;
        var path = Path.Combine(_directory.FullName, "blobs", "sha256", _damaged.Hex);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[^1] ^= 1;
        File.Delete(path);
        await File.WriteAllBytesAsync(path, bytes);
    }

    [TearDown]
    public async Task Remove()
    {
        await _cache.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Test]
    public async Task A_real_registry_refuses_them()
    {
        await using var server = await RegistryServer.StartAsync();

        await AssertIsRefusedAsync(server.Host);
    }

    [TestCase(400, "DIGEST_INVALID")]
    [TestCase(400, "UNKNOWN")]
    [TestCase(422, "UNKNOWN")]
    public async Task However_the_registry_words_its_refusal(int status, string code)
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.Faults.Add("PUT", RequestKind.Upload, new RegistryFault("refused") { Change = (_, answer) => Reword(answer, status, code) }, count: int.MaxValue);

        await AssertIsRefusedAsync(registry.Host);
    }

    private static RegistryAnswer Reword(RegistryAnswer answer, int status, string code)
    {
        return answer.Status == 400 ? RegistryAnswer.Error(status, code) : answer;
    }

    private async Task AssertIsRefusedAsync(string host)
    {
        var target = $"type=registry,ref={host}/a/damaged:main,registry.insecure=true,mode=max";
        var graph = await GraphAsync();

        var error = Assert.ThrowsAsync<ContentMismatchException>(() => _cache.CreateExporter(target).ExportAsync(graph));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.DigestMismatch));
        Assert.That(error.Message, Does.Contain(_damaged.ToString()));
        Assert.That((await _cache.CreateImporter($"type=registry,ref={host}/a/damaged:main,registry.insecure=true").ImportAsync()).Graph.Records, Is.Empty);
    }

    private async Task<CacheGraph> GraphAsync() => (await _cache.CreateImporter($"type=local,src={_directory.FullName}").ImportAsync()).Graph;
}
