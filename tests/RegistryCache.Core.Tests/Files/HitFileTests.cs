using System.Security.Cryptography;
using System.Text;
using RegistryCache.Core.Loading;
using RegistryCache.Core.Tests.Session;
using RegistryCache.Testing;
using static RegistryCache.Core.Tests.Session.SessionBench;

namespace RegistryCache.Core.Tests.Files;

/// <summary>One file of a hit.</summary>
internal sealed class HitFileTests
{
    [Test]
    public async Task A_hit_lists_its_files_and_opens_one()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"));
        await using var session = await bench.OpenAsync("main");
        var hit = (await session.FindAsync(Compile("a")))!;

        Assert.That((await hit.ListAsync()).Select(e => (e.Path, e.Size)), Is.EqualTo([("out.txt", 1L)]));
        Assert.That(await ReadAsync(hit, "out.txt"), Is.EqualTo("A"));
        var error = Assert.ThrowsAsync<RegistryCacheException>(() => hit.OpenFileAsync("out.tx"))!;
        Assert.That(error.Message, Does.Contain("'/out.tx' does not exist in the output of acme.compile.v1").And.Contain("Did you mean '/out.txt'?"));
        Assert.That(session.LoadFailures, Is.Empty, "a path that does not exist is no failure of the result");
        Assert.That(await session.FindAsync(Compile("a")), Is.Not.Null);
    }

    [Test]
    public async Task A_result_that_cannot_be_read_is_dropped_and_the_next_is_read()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main.Replace(":main", ":old", StringComparison.Ordinal), (Compile("a"), "old"));
        await bench.BuildAsync(Main.Replace(":main", ":new", StringComparison.Ordinal), (Compile("a"), "new"));
        await using var session = await bench.OpenAsync("new", "old");
        var hit = (await session.FindAsync(Compile("a")))!;
        bench.Damage(hit.Result);

        Assert.That(await ReadAsync(hit, "out.txt"), Is.EqualTo("old"));
        Assert.That(session.LoadFailures, Has.Count.EqualTo(1));
        bench.Lose((await session.FindAsync(Compile("a")))!.Result);
        Assert.ThrowsAsync<CacheLoadException>(() => hit.ListAsync());
        Assert.That(session.LoadFailures, Has.Count.EqualTo(2));
        Assert.That(await session.FindAsync(Compile("a")), Is.Null);
    }

    [Test]
    public async Task Of_an_estargz_hit_only_the_needed_ranges_are_fetched_and_of_others_each_layer_once([Values("estargz", "gzip")] string codec)
    {
        await using var registry = await TestRegistry.StartAsync();
        var target = $"type=registry,ref={registry.Host}/acme/app:main,mode=max,compression={codec},force-compression=true";
        var noise = RandomNumberGenerator.GetBytes(4 << 20);
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
        await using (var writer = await cache.OpenSessionAsync([]))
        {
            var source = LayerSource.FromEntries(
                [LayerContent.File("a", noise), LayerContent.File("bin/app.dll", "app"u8.ToArray()), LayerContent.File("z", noise)]);
            var lower = await writer.RecordAsync(Compile("a"), source);
            await writer.RecordAsync(Compile("b"), LayerSource.FromEntries([LayerContent.File("bin/b", "b"u8.ToArray())]), lower.Chain);
            await writer.ExportAsync(target);
        }

        await using var session = await cache.OpenSessionAsync([target.Split(",mode")[0]]);
        var hit = (await session.FindAsync(Compile("b")))!;
        var size = hit.Layers.Sum(l => l.Descriptor.Size);
        var before = registry.BytesSent;
        Assert.That((await hit.ListAsync()).Select(e => e.Path), Does.Contain("a").And.Contain("bin/app.dll").And.Contain("bin/b"));
        var listed = registry.BytesSent - before;
        Assert.That(await ReadAsync(hit, "bin/app.dll"), Is.EqualTo("app"));
        var opened = registry.BytesSent - before - listed;

        if (codec == "estargz")
            Assert.That(Math.Max(listed, opened), Is.LessThan(64 << 10));
        else
            Assert.That((listed, opened), Is.EqualTo((size, size)).Using<(long, long)>((x, y) => Math.Abs(x.Item1 - y.Item1) < size / 20 && Math.Abs(x.Item2 - y.Item2) < size / 20), "each layer once");
    }

    [Test]
    public async Task Progress_counts_the_layers_that_are_read_as_a_whole()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"));
        await using var session = await bench.OpenAsync("main");
        var hit = (await session.FindAsync(Compile("a")))!;
        var reports = new List<CacheProgress>();

        await hit.ListAsync(new LayerFileOptions { Progress = new Collected(reports) });

        Assert.That(reports[^1], Is.EqualTo(new CacheProgress(CachePhase.Examining, "", hit.Layers[0].Descriptor.Size, hit.Layers[0].Descriptor.Size) { IsDone = true }));
    }

    private static async Task<string> ReadAsync(CacheHit hit, string path)
    {
        await using var file = await hit.OpenFileAsync(path);
        using var reader = new StreamReader(file, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    private sealed class Collected(List<CacheProgress> reports) : IProgress<CacheProgress>
    {
        public void Report(CacheProgress value) => reports.Add(value);
    }
}
