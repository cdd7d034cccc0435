using RegistryCache.Fixtures;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Faults;

/// <summary>An export over a cache in a registry that cannot be read says so, with and without merge.</summary>
[Category("Integration")]
public sealed class ReplacedCacheTests
{
    private const string Repository = "a/b";

    [Test]
    public async Task What_cannot_be_read_is_replaced_with_a_warning(
        [Values("config", "manifest")] string what, [Values("gone", "cut", "flipped", "empty")] string damage, [Values] bool merge)
    {
        await using var registry = await TestRegistry.StartAsync();
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
        var graph = (await cache.CreateImporter($"type=local,src={FixtureLayout.Open("max-gzip").Directory}").ImportAsync()).Graph;
        var target = CacheTarget.Parse($"type=registry,ref={registry.Host}/{Repository}:main,registry.insecure=true,mode=max");
        var first = await cache.CreateExporter(target).ExportAsync(graph);
        Damage(registry.Repository(Repository), what == "config" ? first.Config!.Digest.ToString() : first.Manifest!.Digest.ToString(), damage);

        var options = new CacheExportOptions { ChecksEveryBlob = true, MergeWithExisting = merge, MergeSettleTime = TimeSpan.Zero };
        if (what == "config" && damage == "flipped")
        {
            // The size is right, so the config is not sent. The registry would not accept it anyway.
            var error = Assert.ThrowsAsync<RegistryCacheException>(() => cache.CreateExporter(target, options).ExportAsync(graph))!;
            Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.DigestMismatch));
            Assert.That(error.Message, Does.Contain("still cannot be read").And.Contains(first.Config!.Digest.ToString()));
            Assert.That(error.IsTransient, Is.False);
            return;
        }

        var second = await cache.CreateExporter(target, options).ExportAsync(graph);
        var third = await cache.CreateExporter(target, options).ExportAsync(graph);

        var import = await cache.CreateImporter($"type=registry,ref={registry.Host}/{Repository}:main,registry.insecure=true").ImportAsync();
        using (Assert.EnterMultipleScope())
        {
            // A registry that lost a manifest answers as if the tag had never existed.
            if (what == "manifest" && damage == "gone")
                Assert.That(second.Warnings, Is.Empty);
            else
                Assert.That(second.Warnings.Single(), Does.Contain("could not be read and was replaced"));
            Assert.That(third.Warnings, Is.Empty);
            Assert.That(import.Sources[0].Error, Is.Null);
            Assert.That(import.Graph.Records, Has.Length.EqualTo(graph.Records.Length));
        }
    }

    private static void Damage(TestRepository repository, string digest, string damage)
    {
        if (repository.ReadManifest(digest) is { } manifest)
        {
            if (damage == "gone")
                repository.RemoveManifest(digest);
            else
                repository.PutManifest(Damaged(manifest, damage), repository.Manifests[digest], digest: digest);
        }
        else if (damage == "gone")
        {
            Assert.That(repository.RemoveBlob(digest));
        }
        else
        {
            var bytes = Damaged(repository.ReadBlob(digest)!, damage);
            repository.PutBlob(bytes, digest);
        }
    }

    private static byte[] Damaged(byte[] bytes, string damage) => damage switch
    {
        "cut" => bytes[..(bytes.Length / 2)],
        "empty" => [],
        _ => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)],
    };
}
