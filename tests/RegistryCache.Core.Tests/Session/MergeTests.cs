using RegistryCache.Core.Errors;
using RegistryCache.Core.Export;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Tests.Snapshots;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Storage;
using static RegistryCache.Core.Tests.Session.SessionBench;
using NodeLink = (RegistryCache.CacheGraphNode Source, string Selector);

namespace RegistryCache.Core.Tests.Session;

internal sealed class MergeTests
{
    [TestCase(6)]
    public async Task Writers_on_one_tag_in_memory_lose_nothing(int writers)
    {
        var store = new InMemoryContentStore();
        await AssertNothingIsLostAsync(writers, () => new BuildCacheBuilder().UseStore(store), "type=registry,ref=ghcr.io/acme/ci:matrix");
    }

    [TestCase(20)]
    [Category("Slow")]
    public async Task Writers_on_one_directory_lose_nothing(int writers)
    {
        using var folder = new ScratchFolder();
        await AssertNothingIsLostAsync(writers, () => new BuildCacheBuilder().UseOci(), $"type=local,dest={folder["layout"]}");
    }

    [Test]
    [Category("Integration")]
    public async Task Twenty_writers_on_one_tag_of_a_real_registry_lose_nothing()
    {
        await using var server = await RegistryServer.StartAsync();
        await AssertNothingIsLostAsync(writers: 20, () => new BuildCacheBuilder().UseOci(), $"type=registry,ref={server.Host}/acme/ci:matrix,registry.insecure=true");
    }

    [Test]
    public async Task A_merge_keeps_what_the_tag_held_and_adds_the_build()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"));
        await using var session = await bench.OpenAsync();
        await session.RecordAsync(Compile("b"), Output("B"));

        await session.ExportAsync(CacheTarget.Parse(Main), new CacheExportOptions { MergeWithExisting = true });

        await using var next = await bench.OpenAsync("main");
        Assert.That(await next.FindAsync(Compile("a")), Is.Not.Null);
        Assert.That(await next.FindAsync(Compile("b")), Is.Not.Null);
    }

    [Test]
    public async Task Merging_what_is_there_already_moves_nothing()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"), (Compile("b"), "B"));
        var before = bench.Store.Tags;
        await using var session = await bench.OpenAsync("main");
        await session.FindAsync(Compile("a"));

        var report = await session.ExportAsync(CacheTarget.Parse(Main), new CacheExportOptions { MergeWithExisting = true });

        Assert.That(bench.Store.Tags, Is.EqualTo(before));
        Assert.That(report.Manifest!.Digest, Is.EqualTo(before.Values.Single()));
    }

    [Test]
    [Category("Slow")]
    public async Task A_tag_that_keeps_moving_ends_in_an_error_that_says_so()
    {
        await using var bench = new SessionBench();
        await using var cache = new BuildCacheBuilder().UseStore(new RestlessStore(bench.Store)).UseCompression().Build();
        await using var session = await cache.OpenSessionAsync([]);
        await session.RecordAsync(Compile("a"), Output("A"));

        var error = Assert.ThrowsAsync<CacheStorageException>(() => session.ExportAsync(
            CacheTarget.Parse(Main), new CacheExportOptions { MergeWithExisting = true, MaxMergeAttempts = 3 }))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.TagContended));
        Assert.That(error.IsTransient);
        Assert.That(error.Side, Is.EqualTo(CacheSide.Target));
    }

    [Test]
    public async Task A_tag_that_is_no_readable_cache_is_not_overwritten()
    {
        await using var bench = new SessionBench();
        var bad = new ManifestContent(MediaTypes.OciManifest, "{\"manifests\":[],\"layers\":[]}"u8.ToArray());
        await bench.Store.PushManifestAsync(bad, "ghcr.io/acme/app:main", CancellationToken.None);
        await using var session = await bench.OpenAsync();
        await session.RecordAsync(Compile("a"), Output("A"));

        Assert.That(
            () => session.ExportAsync(CacheTarget.Parse(Main), new CacheExportOptions { MergeWithExisting = true }),
            Throws.TypeOf<RegistryCacheException>().With.Property("Code").EqualTo(RegistryCacheErrorCode.TagNotCache));
        Assert.That(bench.Store.Tags.Values.Single(), Is.EqualTo(bad.Descriptor.Digest));
    }

    [Test]
    public void Containment_is_that_of_look_ups()
    {
        static CacheGraph Graph(bool second, int time)
        {
            var builder = new CacheGraphBuilder();
            List<NodeLink> links = [(builder.AddSource(Digest.OfText("a").ToString()), "")];
            if (second)
                links.Add(new(builder.AddSource(Digest.OfText("b").ToString()), "part"));
            var layer = new CacheLayer(new Descriptor(MediaTypes.OciLayerGzip, Digest.OfText("l"), 1), BlobSource.FromBytes("l"u8.ToArray()));
            builder.Add(Digest.OfText("c").ToString(), [links], new CacheResult(LayerChain.Of(layer), CacheTime.FromUnix(time)));
            return builder.Build();
        }

        var order = new ResultOrder(CacheTime.FromUnix(100));
        Assert.That(GraphContainment.Contains(Graph(true, 5), Graph(false, 5), order), "fewer links are contained in more");
        Assert.That(GraphContainment.Contains(Graph(false, 5), Graph(true, 5), order), Is.False);
        Assert.That(GraphContainment.Contains(Graph(true, 6), Graph(true, 5), order), "a newer result is as good");
        Assert.That(GraphContainment.Contains(Graph(true, 4), Graph(true, 5), order), Is.False);
        Assert.That(GraphContainment.Contains(CacheGraph.Empty, Graph(true, 5), order), Is.False);
    }

    private static async Task AssertNothingIsLostAsync(int writers, Func<BuildCacheBuilder> builder, string target)
    {
        using var folder = new ScratchFolder();

        // Each writer has a cache of its own, as each process of a build matrix would.
        await Task.WhenAll(Enumerable.Range(0, writers).Select(i => Task.Run(async () =>
        {
            folder.Write($"in{i}/file", $"content {i}");
            await using var cache = builder().UseCompression().UseExportOptions(new CacheExportOptions { MaxMergeAttempts = 200 }).Build();
            await cache.Folders(target).SaveAsync($"job-{i}", folder[$"in{i}"]);
        })));

        await using var reader = builder().UseCompression().Build();
        var keys = await reader.Folders(target).ListAsync();
        Assert.That(keys.Select(k => k.Key), Is.EquivalentTo(Enumerable.Range(0, writers).Select(i => $"job-{i}")));
        for (var i = 0; i < writers; i++)
        {
            Assert.That((await reader.Folders(target).RestoreAsync($"job-{i}", null, folder[$"out{i}"])).IsExact);
            Assert.That(await File.ReadAllTextAsync(folder[$"out{i}/file"]), Is.EqualTo($"content {i}"));
        }
    }
}
