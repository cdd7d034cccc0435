using RegistryCache.Core.Errors;
using RegistryCache.Core.Tests.Export;

namespace RegistryCache.Core.Tests.Import;

internal sealed class CacheImporterTests
{
    private InMemoryContentStore _store = null!;
    private BuildCache _caches = null!;

    [SetUp]
    public void Open()
    {
        _store = new InMemoryContentStore();
        _caches = Caches.Over(_store);
    }

    [TearDown]
    public async Task Close() => await _caches.DisposeAsync();

    [Test]
    public async Task A_missing_tag_is_a_miss()
    {
        var import = await _caches.CreateImporter(Caches.Source).ImportAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(import.IsHit, Is.False);
            Assert.That(import.Graph.IsEmpty, Is.True);
            Assert.That(import.Sources[0].IsMiss, Is.True);
            Assert.That(import.Sources[0].Error, Is.Null);
            Assert.That(import.Sources[0].Detail, Does.Contain("does not exist"));
        }
    }

    [Test]
    public async Task A_missing_digest_is_a_miss()
    {
        var import = await _caches.CreateImporter($"type=registry,ref=a@{Digest.OfText("x")}").ImportAsync();
        Assert.That(import.Sources[0].IsMiss, Is.True);
    }

    [Test]
    public async Task A_hit_tells_what_was_read()
    {
        var report = await _caches.CreateExporter(Caches.Target).ExportAsync(Caches.Steps(3));
        var import = await _caches.CreateImporter(Caches.Source).ImportAsync();
        var source = import.Sources.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(source.IsHit, Is.True);
            Assert.That(source.Manifest, Is.EqualTo(report.Manifest));
            Assert.That(source.Config!.Digest, Is.EqualTo(report.Config!.Digest));
            Assert.That(source.Form, Is.EqualTo(CacheManifestForm.ImageManifest));
            Assert.That(source.IsInline, Is.False);
            Assert.That(import.Graph, Is.SameAs(source.Graph));
            Assert.That(import.Graph.Records, Has.Length.EqualTo(4));
        }
    }

    [Test]
    public async Task Layers_are_not_read_by_an_import_and_verified_when_they_are()
    {
        await _caches.CreateExporter(Caches.Target).ExportAsync(Caches.Steps(2));
        _store.RemoveBlob(Caches.Layer(1).Digest);
        _store.OverwriteBlob(Caches.Layer(2).Digest, new byte[100]);
        var import = await _caches.CreateImporter(Caches.Source).ImportAsync();
        var layers = import.Graph.CollectChains().Select(c => c.Top).ToDictionary(l => l.Digest);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(import.IsHit, Is.True);
            Assert.That(() => ReadAsync(layers[Caches.Layer(1).Digest].Content), Throws.TypeOf<ContentNotFoundException>());
            Assert.That(() => ReadAsync(layers[Caches.Layer(2).Digest].Content), Throws.TypeOf<ContentMismatchException>());
        }
    }

    [Test]
    public async Task One_bad_source_does_not_disable_the_others()
    {
        await _caches.CreateExporter(Caches.Target).ExportAsync(Caches.Steps(2));
        await _caches.CreateExporter("type=local,dest=d,mode=max").ExportAsync(Caches.Steps(3, firstSeed: 20));
        await Caches.PutAsync(_store, "", "{]", "r.io/bad:t");
        var import = await _caches.CreateImporter(Caches.Source, "type=registry,ref=r.io/bad:t", "type=registry,ref=r.io/missing", "type=local,src=d").ImportAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                import.Sources.Select(s => (s.IsHit, s.IsMiss)),
                Is.EqualTo(new[] { (true, false), (false, false), (false, true), (true, false) }));
            Assert.That(import.Sources[1].Error, Is.TypeOf<CacheFormatException>());
            Assert.That(import.Sources[1].Error!.Side, Is.EqualTo(CacheSide.Source));
            Assert.That(import.Graph.Records, Has.Length.EqualTo(3 + 4));
        }
    }

    [Test]
    public async Task A_store_that_breaks_in_its_own_way_is_a_failed_source()
    {
        var broken = new ScriptedStore { Before = _ => throw new IOException("the cable is out") };
        await using var caches = Caches.Over(broken);
        var import = await caches.CreateImporter(Caches.Source).ImportAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(import.Sources[0].Error, Is.Not.Null);
            Assert.That(import.Sources[0].Error!.InnerException, Is.TypeOf<IOException>());
            Assert.That(import.Sources[0].Detail, Does.Contain("the cable is out"));
        }
    }

    [Test]
    public async Task Equal_records_of_several_sources_become_one()
    {
        await _caches.CreateExporter(Caches.Target).ExportAsync(Caches.Steps(3));
        await _caches.CreateExporter("type=local,dest=d,mode=max").ExportAsync(Caches.Steps(5));
        var import = await _caches.CreateImporter(Caches.Source, "type=local,src=d").ImportAsync();
        Assert.That(import.Graph.Records, Has.Length.EqualTo(6));
    }

    [Test]
    public void Cancellation_is_not_a_failed_source() =>
        Assert.That(
            () => _caches.CreateImporter(Caches.Source).ImportAsync(new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());

    [Test]
    public void An_importer_needs_a_source() =>
        Assert.That(
            () => _caches.CreateImporter(Array.Empty<string>()),
            Throws.InstanceOf<RegistryCacheException>().With.Property("Code").EqualTo(RegistryCacheErrorCode.InvalidOptions));

    private static async Task ReadAsync(BlobSource content)
    {
        await using var stream = await content.OpenReadAsync(CancellationToken.None);
        await stream.CopyToAsync(Stream.Null);
    }
}
