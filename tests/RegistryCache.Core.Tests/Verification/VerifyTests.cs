using RegistryCache.Core.Content;
using RegistryCache.Fixtures;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Verification;

/// <summary>What a verification finds, and what it says of it.</summary>
internal sealed class VerifyTests
{
    private static readonly CacheVerifyOptions Thorough = new() { ReadPercent = 100 };

    private DamagedCache _bench = null!;

    [SetUp]
    public void Create() => _bench = new DamagedCache();

    [TearDown]
    public async Task Remove() => await _bench.DisposeAsync();

    private static IEnumerable<string> Fixtures => FixtureLayout.CacheNames.Concat(FixtureLayout.InlineNames);

    [TestCaseSource(nameof(Fixtures))]
    public async Task What_BuildKit_wrote_is_sound(string fixture)
    {
        var report = await _bench.Disk.VerifyAsync($"type=local,src={FixtureLayout.Open(fixture).Directory}", Thorough);

        Assert.That(report.IsSound, string.Join('\n', report.Damages));
        Assert.That(report.LayersRead, Is.EqualTo(report.Layers));
        Assert.That(report.Layers.Count, Is.Positive);
        Assert.That(report.Results, Is.EqualTo((report.Results.All, 0)));
    }

    [TestCase("deleted", CacheDamageKind.Missing, CacheDamageKind.Missing)]
    [TestCase("cut", CacheDamageKind.WrongSize, CacheDamageKind.WrongSize)]
    [TestCase("longer", CacheDamageKind.WrongSize, CacheDamageKind.WrongSize)]
    [TestCase("flipped", null, CacheDamageKind.WrongDigest)]
    public async Task Every_damage_of_a_layer_is_named_with_what_needs_it(string how, CacheDamageKind? looked, CacheDamageKind read)
    {
        foreach (var fixture in (string[])["max-gzip", "max-zstd", "max-estargz", "max-uncompressed"])
        {
            var source = _bench.Copy(fixture, fixture);
            var layer = DamagedCache.Layers(await _bench.GraphAsync(fixture))[1];
            DamagedCache.Damage(_bench.BlobPath(layer.Digest, fixture), how);

            var cheap = await _bench.Disk.VerifyAsync(source);
            var thorough = await _bench.Disk.VerifyAsync(source, Thorough);

            Assert.That(cheap.Damages.SingleOrDefault()?.Kind, Is.EqualTo(looked), fixture);
            var damage = thorough.Damages.Single();
            using (Assert.EnterMultipleScope())
            {
                Assert.That((damage.Part, damage.Digest, damage.Size, damage.Kind), Is.EqualTo((CachePart.Layer, (Digest?)layer.Digest, (long?)layer.Descriptor.Size, read)), fixture + damage.Detail);
                var needing = thorough.Graph.Records.Where(r => r.Results.Any(x => x.Chain!.ToLayers().Any(l => l.Digest == layer.Digest))).ToList();
                Assert.That(damage.FindRecords().Select(r => r.Record), Is.EqualTo(needing), fixture);
                Assert.That(thorough.Results.Lost, Is.EqualTo(damage.FindRecords().Sum(r => r.Results)).And.Positive, fixture);
                Assert.That(thorough.IsSound, Is.False, fixture);
            }
        }
    }

    [Test]
    public async Task A_layer_that_was_stored_with_a_wrong_diffID_is_told_from_a_damaged_one()
    {
        await _bench.FillAsync("max-gzip", d => d.WithAnnotation(AnnotationKeys.Uncompressed, Digest.OfText("other").ToString()));

        var report = await _bench.Cache.VerifyAsync(DamagedCache.Source, Thorough);

        Assert.That(report.Damages.Select(d => d.Kind), Is.All.EqualTo(CacheDamageKind.WrongDiffId));
        Assert.That(report.Damages, Has.Count.EqualTo(report.Layers.Count));
        Assert.That((await _bench.Cache.VerifyAsync(DamagedCache.Source)).IsSound, "nothing was read");
    }

    [Test]
    public async Task A_table_of_contents_that_is_not_the_one_of_the_descriptor_is_found()
    {
        await _bench.FillAsync("max-estargz", d => d.WithAnnotation(AnnotationKeys.StargzTocDigest, Digest.OfText("other").ToString()));

        var report = await _bench.Cache.VerifyAsync(DamagedCache.Source, Thorough);

        Assert.That(report.Damages.Select(d => d.Kind), Is.Not.Empty.And.All.EqualTo(CacheDamageKind.WrongToc));
    }

    [Test]
    public async Task A_layer_that_no_codec_can_read_is_unreadable()
    {
        var text = "not a layer at all, but the digest is right"u8.ToArray();
        byte[] gzip = [0x1f, 0x8b, 8, 0, .. text];
        var descriptor = new Descriptor(MediaTypes.OciLayerGzip, Digest.OfBytes(gzip), gzip.Length);
        var builder = new CacheGraphBuilder();
        builder.Add("a", [], new CacheResult(LayerChain.Of(new CacheLayer(descriptor, BlobSource.FromBytes(gzip))), CacheTime.FromUnix(1)));
        await _bench.Cache.CreateExporter(DamagedCache.Source + ",mode=max").ExportAsync(builder.Build());

        Assert.That((await _bench.Cache.VerifyAsync(DamagedCache.Source, Thorough)).Damages.Single().Kind, Is.EqualTo(CacheDamageKind.Unreadable));
    }

    [TestCase("deleted", CacheDamageKind.Missing)]
    [TestCase("cut", CacheDamageKind.WrongSize)]
    [TestCase("flipped", CacheDamageKind.WrongDigest)]
    public async Task A_damaged_config_or_manifest_is_the_only_finding(string how, CacheDamageKind kind)
    {
        var source = _bench.Copy();
        var import = (await _bench.Disk.CreateImporter(source).ImportAsync()).Sources[0];
        foreach (var (part, digest) in new[] { (CachePart.Config, import.Config!.Digest), (CachePart.Manifest, import.Manifest!.Digest) })
        {
            DamagedCache.Damage(_bench.BlobPath(digest), how);

            var report = await _bench.Disk.VerifyAsync(source);

            // The index tells the size of a manifest by its file, so a cut one has another digest.
            var expected = part == CachePart.Manifest && kind == CacheDamageKind.WrongSize ? CacheDamageKind.WrongDigest : kind;
            Assert.That(report.Damages.Single() is { } d && d.Part == part && d.Digest == digest && d.Kind == expected, report.Damages.Single().ToString());
            Assert.That((report.IsHit, report.IsSound, report.Graph.IsEmpty), Is.EqualTo((true, false, true)));
        }
    }

    [Test]
    public async Task A_sample_is_named_by_its_seed()
    {
        await _bench.FillAsync();
        var layers = (await _bench.Cache.VerifyAsync(DamagedCache.Source)).Layers.Count;
        Assert.That(layers, Is.GreaterThan(2));
        var sample = new CacheVerifyOptions { ReadPercent = 34, Seed = 7 };

        var first = await _bench.Cache.VerifyAsync(DamagedCache.Source, sample);
        var again = await _bench.Cache.VerifyAsync(DamagedCache.Source, sample);

        Assert.That(first.LayersRead.Count, Is.EqualTo((int)Math.Ceiling(layers * 0.34)));
        Assert.That((again.LayersRead, again.Seed), Is.EqualTo((first.LayersRead, 7)));
        Assert.That((await _bench.Cache.VerifyAsync(DamagedCache.Source, sample with { ReadPercent = 0 })).LayersRead.Count, Is.Zero);
        Assert.That(() => new CacheVerifyOptions { ReadPercent = 101 }, Throws.InstanceOf<RegistryCacheException>());
    }

    [Test]
    public async Task Progress_ends_with_the_totals()
    {
        await _bench.FillAsync();
        var seen = new List<CacheProgress>();
        var progress = new Recorder(seen);

        var report = await _bench.Cache.VerifyAsync(DamagedCache.Source, Thorough with { Progress = progress });

        Assert.That(seen, Has.Some.EqualTo(new CacheProgress(CachePhase.Verifying, "", report.Layers.Bytes, report.Layers.Bytes) { IsDone = true }));
    }

    [Test]
    public async Task A_store_that_does_not_answer_is_an_error_and_not_a_finding()
    {
        await _bench.FillAsync();
        await using var cache = new BuildCacheBuilder().UseStore(new SilentStore(_bench.Store)).UseCompression().Build();

        foreach (var options in (CacheVerifyOptions[])[new(), Thorough])
        {
            Assert.That(() => cache.VerifyAsync(DamagedCache.Source, options), Throws.InstanceOf<RegistryCacheException>()
                .With.Property("Code").EqualTo(RegistryCacheErrorCode.RegistryUnreachable));
        }
    }

    [Test]
    public async Task Where_there_is_no_cache_there_is_nothing_to_find()
    {
        var report = await _bench.Cache.VerifyAsync(DamagedCache.Source);

        Assert.That((report.IsHit, report.IsSound, report.Damages.Count), Is.EqualTo((false, false, 0)));
    }

    [Test]
    public async Task The_keys_of_folders_that_need_a_blob_are_named()
    {
        await using var bench = new Session.SessionBench();
        foreach (var (key, content) in new[] { ("k1", "one"), ("k2", "two") })
        {
            bench.Folder.Write("in/file", content);
            await bench.Cache.Folders(DamagedCache.Source).SaveAsync(key, bench.Folder["in"]);
        }

        var graph = (await bench.Cache.CreateImporter(DamagedCache.Source).ImportAsync()).Graph;
        var results = graph.Records.Where(r => !r.Results.IsEmpty).ToList();
        bench.Store.RemoveBlob(results[0].Results[0].Chain!.Top.Digest);

        var keys = (await bench.Cache.VerifyAsync(DamagedCache.Source)).Damages.SelectMany(d => d.FindKeys()).ToList();

        Assert.That(keys, Is.Not.Empty.And.SubsetOf(new[] { "k1", "k2" }));
    }

    private sealed class Recorder(List<CacheProgress> seen) : IProgress<CacheProgress>
    {
        public void Report(CacheProgress value)
        {
            lock (seen)
                seen.Add(value);
        }
    }

    private sealed class SilentStore(IContentStore inner) : DelegatingContentStore(inner)
    {
        private static RegistryCacheException Silent => new(RegistryCacheErrorCode.RegistryUnreachable, "The registry does not answer.");

        public override Task<long?> FindBlobAsync(Digest digest, CancellationToken cancellationToken = default) => throw Silent;

        public override Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
            descriptor.MediaType == MediaTypes.CacheConfig ? base.OpenBlobAsync(descriptor, cancellationToken) : throw Silent;
    }
}
