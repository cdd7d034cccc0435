using RegistryCache.Core.Tests.Session;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Verification;

/// <summary>A registry that refuses a move for another reason, or for a moment.</summary>
internal sealed class RefusedMoveTests
{
    private const string Target = "type=registry,ref=ghcr.io/acme/app:ci";

    [TestCase(RegistryCacheErrorCode.RegistryResponse, 1, true)]
    [TestCase(RegistryCacheErrorCode.RegistryResponse, 2, false)]
    public async Task A_layer_counts_as_lost_only_if_it_is_missed_twice(RegistryCacheErrorCode code, int refusals, bool stays)
    {
        await using var bench = new SessionBench();
        await using var cache = await FillAsync(bench);
        var lost = (await cache.CreateImporter(Target).ImportAsync()).Graph.Records.Single(r => FolderCache.KeyOf(r) == "one").NewestResult!.Chain!.Top;
        var bytes = await SessionBench.ReadAsync(bench.Store, lost.Descriptor);
        var refused = 0;
        bench.Store.RemoveBlob(lost.Digest);
        bench.Store.OnCall = (call, _) =>
        {
            if (call.Method != nameof(IContentStore.TryPushManifestAsync))
                return Task.CompletedTask;
            if (refused++ < refusals)
                throw new RegistryCacheException(code, "blob unknown");
            bench.Store.OverwriteBlob(lost.Digest, bytes);
            return Task.CompletedTask;
        };

        var save = await cache.Folders(Target).SaveAsync("three", bench.Folder["in"]);

        bench.Store.OnCall = null;
        Assert.That(save.Export!.Warnings.Any(w => w.Contains("has lost", StringComparison.Ordinal)), Is.EqualTo(!stays));
        Assert.That((await cache.Folders(Target).ListAsync()).Select(k => k.Key).Contains("one"), Is.EqualTo(stays));
    }

    [Test]
    public async Task A_move_that_is_denied_looks_for_no_layers()
    {
        await using var bench = new SessionBench();
        await using var cache = await FillAsync(bench);
        var (denied, asked) = (false, 0);
        bench.Store.OnCall = (call, _) =>
        {
            denied |= call.Method == nameof(IContentStore.TryPushManifestAsync);
            asked += denied && call.Method == nameof(IContentStore.FindBlobAsync) ? 1 : 0;
            return call.Method == nameof(IContentStore.TryPushManifestAsync)
                ? throw new RegistryCacheException(RegistryCacheErrorCode.RegistryUnauthorized, "denied") : Task.CompletedTask;
        };

        Assert.That(
            () => cache.CreateExporter(Target + ",mode=max").ExportAsync(Made()),
            Throws.InstanceOf<RegistryCacheException>().With.Property("Code").EqualTo(RegistryCacheErrorCode.RegistryUnauthorized));
        Assert.That(asked, Is.Zero);

        static CacheGraph Made()
        {
            var builder = new CacheGraphBuilder();
            builder.AddSource("sha256:made", new CacheResult(LayerChain.On(null, Layer()), CacheTime.From(DateTimeOffset.UnixEpoch)));
            return builder.Build();
        }

        static CacheLayer Layer() => new(
            new Descriptor(MediaTypes.OciLayer, Digest.OfText("layer"), 5), BlobSource.FromBytes("layer"u8.ToArray()));
    }

    private static async Task<BuildCache> FillAsync(SessionBench bench)
    {
        var cache = new BuildCacheBuilder().UseStore(bench.Store).UseCompression()
            .UseExportOptions(new CacheExportOptions { MergeSettleTime = TimeSpan.Zero, MergeWithExisting = true }).Build();
        foreach (var key in new[] { "one", "two" })
        {
            bench.Folder.Write("in/file", key);
            await cache.Folders(Target).SaveAsync(key, bench.Folder["in"]);
        }

        bench.Folder.Write("in/file", "three");
        return cache;
    }
}
