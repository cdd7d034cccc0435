using RegistryCache.Fixtures;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Verification;

/// <summary>What a healing puts back, what it takes away, and what it leaves alone.</summary>
internal sealed class HealTests
{
    private static readonly CacheVerifyOptions Thorough = new() { ReadPercent = 100 };

    private DamagedCache _bench = null!;

    [SetUp]
    public void Create() => _bench = new DamagedCache();

    [TearDown]
    public async Task Remove() => await _bench.DisposeAsync();

    private static CacheHealOptions From(params string[] fixtures) => new()
    {
        Verify = Thorough,
        From = [.. fixtures.Select(f => CacheSource.Local(FixtureLayout.Open(f).Directory))],
    };

    [Test]
    public async Task Without_another_source_only_the_results_that_cannot_be_loaded_go()
    {
        var source = _bench.Copy();
        var graph = await _bench.GraphAsync();
        foreach (var (layer, how) in DamagedCache.Layers(graph).Zip(["deleted", "cut", "flipped"]))
            DamagedCache.Damage(_bench.BlobPath(layer.Digest), how);
        var found = await _bench.Disk.VerifyAsync(source, Thorough);

        var healing = await _bench.Disk.HealAsync(source, new() { Verify = Thorough });

        Assert.That(healing.Error?.Message, Is.Null);
        Assert.That(healing.Removed.Sum(r => r.Results), Is.EqualTo(found.Results.Lost).And.GreaterThan(1));
        Assert.That((healing.IsMoved, healing.PutBack.Count), Is.EqualTo((true, 0)));
        var after = await _bench.Disk.VerifyAsync(source, Thorough);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.IsSound, string.Join('\n', after.Damages));
            Assert.That(after.Manifest, Is.EqualTo(healing.Manifest));
            Assert.That(after.Results.All, Is.EqualTo(found.Results.All - found.Results.Lost).And.Positive);
            Assert.That(after.Graph.Records.Select(r => r.Digest), Is.EqualTo(graph.Records.Select(r => r.Digest)), "records stay");
            Assert.That(after.Graph.Records.Sum(r => r.Inputs.Sum(i => i.Length)), Is.EqualTo(graph.Records.Sum(r => r.Inputs.Sum(i => i.Length))), "links stay");
        }
    }

    [TestCase("max-gzip")]
    [TestCase("max-gzip-index")]
    [TestCase("max-gzip-docker")]
    [TestCase("max-estargz")]
    public async Task With_another_source_everything_is_back_and_the_tag_stays(string fixture)
    {
        var source = _bench.Copy(fixture);
        foreach (var (layer, how) in DamagedCache.Layers(await _bench.GraphAsync(fixture)).Zip(["deleted", "cut", "flipped"]))
            DamagedCache.Damage(_bench.BlobPath(layer.Digest), how);

        var healing = await _bench.Disk.HealAsync(source, From("max-zstd", fixture));

        Assert.That(healing.PutBack.Select(b => b.Now.Digest), Is.EqualTo(healing.PutBack.Select(b => b.Digest)), "the blobs themselves");
        Assert.That((healing.PutBack.Count, healing.IsMoved, healing.Removed.Count, healing.Error?.Message), Is.EqualTo((3, false, 0, (string?)null)));
        var after = await _bench.Disk.VerifyAsync(source, Thorough);
        Assert.That(after.IsSound, string.Join('\n', after.Damages));
        Assert.That(after.Manifest!.Digest.ToString(), Is.EqualTo(FixtureLayout.Open(fixture).DigestOf()));
    }

    [Test]
    public async Task A_dry_run_foresees_and_changes_nothing([Values] bool withSource)
    {
        var source = _bench.Copy();
        var layers = DamagedCache.Layers(await _bench.GraphAsync());
        foreach (var (layer, how) in layers.Zip(["deleted", "flipped"]))
            DamagedCache.Damage(_bench.BlobPath(layer.Digest), how);
        var options = withSource ? From("max-gzip") : From();

        var foreseen = await _bench.Disk.HealAsync(source, options with { IsDryRun = true });
        var before = await _bench.Disk.VerifyAsync(source, Thorough);
        var done = await _bench.Disk.HealAsync(source, options);

        Assert.That(before.Damages, Has.Count.EqualTo(2));
        Assert.That(foreseen.PutBack.Select(b => b.Digest), Is.EqualTo(done.PutBack.Select(b => b.Digest)));
        Assert.That(foreseen.Removed.Select(r => (r.Record.Digest, r.Results)), Is.EqualTo(done.Removed.Select(r => (r.Record.Digest, r.Results))));
        Assert.That((foreseen.IsMoved, foreseen.IsDryRun), Is.EqualTo((done.IsMoved, true)));
        Assert.That(foreseen.PutBack.Sum(b => b.BytesSent), Is.Zero);
    }

    [Test]
    public async Task A_store_that_keeps_damaged_bytes_gets_the_layers_under_other_digests()
    {
        var graph = await _bench.FillAsync();
        var layers = DamagedCache.Layers(graph);
        _bench.Store.OverwriteBlob(layers[0].Digest, new byte[layers[0].Descriptor.Size]);
        _bench.Store.OverwriteBlob(layers[1].Digest, new byte[3]);
        _bench.Store.RemoveBlob(layers[2].Digest);
        await using var cache = new BuildCacheBuilder().UseStore(new KeepingStore(_bench.Store)).UseCompression().Build();

        // One store takes every source, so the other cache comes as content with the same digests.
        var other = new BuildCacheBuilder().UseStores(new TwoStores(new KeepingStore(_bench.Store))).UseOci().UseCompression().Build();
        await using var _ = other;
        var healing = await other.HealAsync(DamagedCache.Source, From("max-gzip"));

        Assert.That(healing.Error?.Message, Is.Null);
        Assert.That(healing.PutBack.Count(b => b.Now.Digest != b.Digest), Is.EqualTo(2));
        Assert.That((healing.IsMoved, healing.Removed.Count), Is.EqualTo((true, 0)));
        var after = await cache.VerifyAsync(DamagedCache.Source, Thorough);
        Assert.That(after.IsSound, string.Join('\n', after.Damages));
        Assert.That(DamagedCache.Layers(after.Graph).Select(l => l.DiffId), Is.EquivalentTo(layers.Select(l => l.DiffId)), "the same content");
        Assert.That((await cache.HealAsync(DamagedCache.Source, new() { Verify = Thorough })).IsMoved, Is.False, "nothing is left to do");
    }

    [Test]
    public async Task A_source_with_another_compression_helps_too()
    {
        var source = _bench.Copy();
        var layer = DamagedCache.Layers(await _bench.GraphAsync())[0];
        DamagedCache.Damage(_bench.BlobPath(layer.Digest), "deleted");

        var healing = await _bench.Disk.HealAsync(source, From("max-zstd"));

        Assert.That(healing.PutBack.Single() is { } back && back.Digest == layer.Digest && back.Now.MediaType == MediaTypes.OciLayerZstd);
        Assert.That((await _bench.Disk.VerifyAsync(source, Thorough)).IsSound);
    }

    [TestCase("deleted")]
    [TestCase("flipped")]
    public async Task A_manifest_and_a_config_come_back_in_a_directory(string how)
    {
        var source = _bench.Copy();
        var import = (await _bench.Disk.CreateImporter(source).ImportAsync()).Sources[0];
        DamagedCache.Damage(_bench.BlobPath(import.Config!.Digest), how);
        DamagedCache.Damage(_bench.BlobPath(import.Manifest!.Digest), how);

        var foreseen = await _bench.Disk.HealAsync(source, From("max-gzip") with { IsDryRun = true });
        var healing = await _bench.Disk.HealAsync(source, From("max-gzip"));

        Assert.That(healing.PutBack.Select(b => b.Part), Is.EqualTo([CachePart.Manifest, CachePart.Config]));
        Assert.That(foreseen.PutBack.Select(b => b.Part), Is.EqualTo(healing.PutBack.Select(b => b.Part)));
        Assert.That((healing.IsMoved, healing.Error?.Message), Is.EqualTo((false, (string?)null)));
        Assert.That((await _bench.Disk.VerifyAsync(source, Thorough)).Manifest, Is.EqualTo(import.Manifest));
    }

    [Test]
    public async Task A_store_that_keeps_a_damaged_config_gets_another_one()
    {
        await _bench.FillAsync();
        var import = (await _bench.Cache.CreateImporter(DamagedCache.Source).ImportAsync()).Sources[0];
        _bench.Store.OverwriteBlob(import.Config!.Digest, new byte[import.Config.Size]);
        await using var cache = new BuildCacheBuilder().UseStores(new TwoStores(new KeepingStore(_bench.Store))).UseOci().UseCompression().Build();

        var healing = await cache.HealAsync(DamagedCache.Source, From("max-gzip"));

        Assert.That((healing.Error?.Message, healing.IsMoved, healing.Removed.Count), Is.EqualTo(((string?)null, true, 0)));
        var after = await cache.VerifyAsync(DamagedCache.Source, Thorough);
        Assert.That(after.IsSound, string.Join('\n', after.Damages));
        Assert.That(after.Graph.Records, Has.Length.EqualTo(import.Graph.Records.Length));
    }

    [Test]
    public async Task Without_a_config_nothing_can_be_done_and_the_error_says_what_to_do()
    {
        var source = _bench.Copy();
        var import = (await _bench.Disk.CreateImporter(source).ImportAsync()).Sources[0];
        DamagedCache.Damage(_bench.BlobPath(import.Config!.Digest), "deleted");

        var healing = await _bench.Disk.HealAsync(source, From("max-zstd"));

        Assert.That(healing.Error?.Message, Does.Contain("export it again"));
        Assert.That(healing.IsMoved, Is.False);
    }

    [Test]
    public async Task A_cache_that_lost_everything_keeps_its_tag()
    {
        var source = _bench.Copy();
        var import = (await _bench.Disk.CreateImporter(source).ImportAsync()).Sources[0];
        foreach (var layer in DamagedCache.Layers(import.Graph))
            DamagedCache.Damage(_bench.BlobPath(layer.Digest), "deleted");

        var foreseen = await _bench.Disk.HealAsync(source, From() with { IsDryRun = true });
        var healing = await _bench.Disk.HealAsync(source, From());

        Assert.That(healing.Error?.Message, Does.Contain("Nothing would be left"));
        Assert.That((foreseen.Error?.Code, foreseen.IsMoved, foreseen.Removed.Count), Is.EqualTo((healing.Error?.Code, false, 0)));
        Assert.That((await _bench.Disk.VerifyAsync(source)).Manifest, Is.EqualTo(import.Manifest));
    }

    [Test]
    public async Task What_another_writer_adds_meanwhile_stays()
    {
        var graph = await _bench.FillAsync();
        _bench.Store.RemoveBlob(DamagedCache.Layers(graph)[0].Digest);
        var busy = new BusyStore(_bench.Store, () => MergeAsync("beside"));
        await using var cache = new BuildCacheBuilder().UseStore(busy).UseCompression().Build();

        var healing = await cache.HealAsync(DamagedCache.Source);

        Assert.That((healing.Error?.Message, healing.IsMoved), Is.EqualTo(((string?)null, true)));
        var after = await cache.VerifyAsync(DamagedCache.Source, Thorough);
        Assert.That(after.IsSound, string.Join('\n', after.Damages));
        Assert.That(after.Graph.Records.Count(r => r.Digest == "beside"), Is.EqualTo(1));

        async Task MergeAsync(string record)
        {
            var builder = new CacheGraphBuilder();
            builder.Add(record, [], new CacheResult(LayerChain.Of(DamagedCache.Layers(graph)[1]), CacheTime.FromUnix(1)));
            await _bench.Cache.CreateExporter(DamagedCache.Source + ",mode=max", new() { MergeWithExisting = true }).ExportAsync(builder.Build());
        }
    }

    [Test]
    public async Task A_sound_cache_is_left_alone_and_a_digest_is_refused()
    {
        await _bench.FillAsync();
        var manifest = (await _bench.Cache.HealAsync(DamagedCache.Source, From())).Manifest!;

        Assert.That((await _bench.Cache.VerifyAsync(DamagedCache.Source)).Manifest, Is.EqualTo(manifest));
        Assert.That(() => _bench.Cache.HealAsync($"{DamagedCache.Source}@{manifest.Digest}"), Throws.InstanceOf<RegistryCacheException>()
            .With.Property("Code").EqualTo(RegistryCacheErrorCode.InvalidOptions));
        Assert.That((await _bench.Cache.HealAsync(DamagedCache.Source + "2")).Found.IsHit, Is.False);
    }

    /// <summary>Keeps what it has under a digest, as a registry does.</summary>
    private sealed class KeepingStore(IContentStore inner) : DelegatingContentStore(inner)
    {
        public override Task<bool> TryReplaceBlobAsync(Descriptor descriptor, BlobSource source, CancellationToken cancellationToken = default) =>
            Task.FromResult(false);

        public override async Task<(BlobPushOutcome Outcome, long BytesSent)> PushBlobAsync(
            Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken = default) =>
            await FindBlobAsync(descriptor.Digest, cancellationToken) is not null
                ? (BlobPushOutcome.AlreadyPresent, 0)
                : await base.PushBlobAsync(descriptor, source, progress, cancellationToken);
    }

    /// <summary>Another writer comes between the read and the move of the tag, once.</summary>
    private sealed class BusyStore(IContentStore inner, Func<Task> other) : DelegatingContentStore(inner)
    {
        private bool _came;

        public override async Task<bool> TryPushManifestAsync(
            ManifestContent manifest, string tag, Digest? expected, CancellationToken cancellationToken = default)
        {
            if (!_came)
            {
                _came = true;
                await other();
            }

            return await base.TryPushManifestAsync(manifest, tag, expected, cancellationToken);
        }
    }

    /// <summary>Opens repositories in one store, with their tags as they are. Directories are left to the next provider.</summary>
    private sealed class TwoStores(IContentStore store) : ICacheStoreProvider
    {
        public IReadOnlyCollection<ICacheKind> Kinds => [];

        public IContentStore? Open(CacheLocation location) =>
            location is RepositoryLocation ? new RegistryCache.Core.Storage.TagPrefixStore(store, location.Name) : null;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
