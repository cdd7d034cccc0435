using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Servers;

namespace RegistryCache.Core.Tests.Verification;

/// <summary>The storage of a real registry is damaged behind its back. It keeps damaged bytes under their digests for ever.</summary>
[Category("Integration")]
internal sealed class RegistryHealTests
{
    private static readonly CacheVerifyOptions Thorough = new() { ReadPercent = 100, Seed = 1 };

    [Test]
    public async Task What_a_registry_lost_is_named_and_comes_back_or_goes()
    {
        await using var server = await RegistryServer.StartAsync();
        await using var bench = new DamagedCache();
        var source = $"type=registry,ref={server.Host}/acme/app:main";
        await bench.Disk.CreateExporter(source + ",mode=max").ExportAsync(await bench.GraphAsync());
        var sound = await bench.Disk.VerifyAsync(source, Thorough);
        Assert.That(sound.IsSound, string.Join('\n', sound.Damages));
        Damage(server, sound);

        var cheap = await bench.Disk.VerifyAsync(source);
        var found = await bench.Disk.VerifyAsync(source, Thorough);
        var healed = await bench.Disk.HealAsync(
            source, new() { Verify = Thorough, From = [CacheSource.Local(FixtureLayout.Open("max-gzip").Directory)] });
        var back = await bench.Disk.VerifyAsync(source, Thorough);

        var layers = DamagedCache.Layers(sound.Graph);
        Assert.That(cheap.Damages.Select(d => (d.Digest!.Value, d.Kind)), Is.EqualTo(new[]
        {
            (layers[0].Digest, CacheDamageKind.Missing), (layers[1].Digest, CacheDamageKind.WrongSize),
        }));
        Assert.That(found.Damages.Select(d => (d.Digest!.Value, d.Kind)), Is.EqualTo(cheap.Damages.Select(d => (d.Digest!.Value, d.Kind))
            .Append((layers[2].Digest, CacheDamageKind.WrongDigest))));
        Assert.That((healed.Error?.Message, healed.Removed.Count), Is.EqualTo(((string?)null, 0)));
        Assert.That(healed.PutBack.Count(b => b.Now.Digest != b.Digest), Is.EqualTo(2), "the registry keeps the damaged bytes");
        Assert.That(back.IsSound, string.Join('\n', back.Damages));
        Assert.That(back.Results, Is.EqualTo(sound.Results));
        Assert.That(DamagedCache.Layers(back.Graph).Select(l => l.DiffId), Is.EquivalentTo(layers.Select(l => l.DiffId)));

        Damage(server, back);
        var without = await bench.Disk.HealAsync(source, new() { Verify = Thorough });
        var after = await bench.Disk.VerifyAsync(source, Thorough);

        Assert.That((without.Error?.Message, without.IsMoved), Is.EqualTo(((string?)null, true)));
        Assert.That(after.IsSound, string.Join('\n', after.Damages));
        Assert.That(after.Results.All, Is.EqualTo(sound.Results.All - without.Removed.Sum(r => r.Results)).And.Positive);
    }

    [TestCase("deleted")]
    [TestCase("flipped")]
    public async Task A_config_comes_back_from_another_source(string how)
    {
        await using var server = await RegistryServer.StartAsync();
        await using var bench = new DamagedCache();
        var source = $"type=registry,ref={server.Host}/acme/app:main";
        await bench.Disk.CreateExporter(source + ",mode=max").ExportAsync(await bench.GraphAsync());
        var import = (await bench.Disk.CreateImporter(source).ImportAsync()).Sources[0];
        DamagedCache.Damage(server.BlobPath(import.Config!.Digest.Hex), how);

        var found = await bench.Disk.VerifyAsync(source);
        var healed = await bench.Disk.HealAsync(source, new() { From = [CacheSource.Local(FixtureLayout.Open("max-gzip").Directory)] });

        Assert.That(found.Damages.Single() is { Part: CachePart.Config } damage && damage.Digest == import.Config.Digest);
        Assert.That((healed.Error?.Message, healed.IsMoved), Is.EqualTo(((string?)null, how == "flipped")));
        Assert.That((await bench.Disk.VerifyAsync(source, Thorough)).IsSound);
    }

    [Test]
    public async Task A_server_that_is_gone_is_an_error()
    {
        await using var bench = new DamagedCache();
        using var closed = new ClosedPort();

        Assert.That(() => bench.Disk.VerifyAsync($"type=registry,ref={closed.Host}/acme/app:main"),
            Throws.InstanceOf<RegistryCacheException>().With.Property("Code").EqualTo(RegistryCacheErrorCode.RegistryUnreachable));
    }

    private static void Damage(RegistryServer server, CacheVerification cache)
    {
        foreach (var (layer, how) in DamagedCache.Layers(cache.Graph).Zip(["deleted", "cut", "flipped"]))
            DamagedCache.Damage(server.BlobPath(layer.Digest.Hex), how);
    }
}
