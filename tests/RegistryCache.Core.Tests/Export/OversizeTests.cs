namespace RegistryCache.Core.Tests.Export;

/// <summary>A cache of ten thousand records, which is more than BuildKit reads.</summary>
[Category("Slow")]
internal sealed class OversizeTests
{
    private const int Builds = 1000;
    private const int Steps = 10;

    [Test]
    public async Task It_is_imported_again_and_warned_of()
    {
        var store = new InMemoryContentStore();
        await using var caches = Caches.Over(store);
        var report = await caches.CreateExporter(Caches.Target).ExportAsync(ManyBuilds());
        var import = await caches.CreateImporter(Caches.Source).ImportAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Config!.Size, Is.GreaterThan(2_000_000));
            Assert.That(report.Warnings, Has.Count.EqualTo(1));
            Assert.That(import.Graph.Records, Has.Length.EqualTo((Builds * Steps) + 1), "with the record that joins the builds");
            Assert.That(import.Sources[0].Config!.Digest, Is.EqualTo(report.Config.Digest));
        }
    }

    [Test]
    public async Task It_is_refused_before_anything_is_sent()
    {
        var store = new InMemoryContentStore();
        await using var caches = Caches.Over(store);
        var exporter = caches.CreateExporter(Caches.Target, new CacheExportOptions { Oversize = OversizePolicy.Fail });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => exporter.ExportAsync(ManyBuilds()), Throws.TypeOf<LimitExceededException>());
            Assert.That(store.BlobDigests, Is.Empty);
            Assert.That(store.ManifestDigests, Is.Empty);
        }
    }

    [Test]
    public async Task It_is_trimmed_to_its_newest_builds([Values(CacheManifestForm.ImageManifest, CacheManifestForm.DockerManifestList)] CacheManifestForm form)
    {
        var store = new InMemoryContentStore();
        await using var caches = Caches.Over(store);
        var types = form == CacheManifestForm.DockerManifestList ? ",oci-mediatypes=false" : "";
        var report = await caches.CreateExporter(Caches.Target + types, new CacheExportOptions { Oversize = OversizePolicy.Trim }).ExportAsync(ManyBuilds());
        var graph = (await caches.CreateImporter(Caches.Source).ImportAsync()).Graph;
        var kept = graph.FindTargets().Select(t => t.Digest).ToHashSet();
        var oldest = Enumerable.Range(0, Builds).First(b => kept.Contains(Target(b)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Config!.Size, Is.InRange(1 << 19, CacheFormatLimits.BuildKitMaxBytes));
            Assert.That(report.Manifest!.Size, Is.LessThanOrEqualTo(CacheFormatLimits.BuildKitMaxBytes));
            Assert.That(report.Warnings, Has.Some.Contains("skipped"));
            Assert.That(graph.Records, Has.Length.InRange(100, (Builds * Steps) - 1));

            // The newest build is whole, and no build is missing that is newer than one that is there. The oldest may be cut short.
            Assert.That(Enumerable.Range(oldest, Builds - oldest).Where(b => !kept.Contains(Target(b))), Is.Empty);
            Assert.That(graph.Records.Count(r => r.Digest == Target(Builds - 1)), Is.EqualTo(1));

            // Closed under links: the way from every record to its source is as long as it was.
            Assert.That(graph.Records.Where(r => r.Inputs.IsEmpty).Select(r => r.Digest), Is.SubsetOf(Enumerable.Range(0, Builds).Select(b => Step(b, 0))));
        }
    }

    [Test]
    public async Task A_threshold_that_nothing_fits_under_is_an_error_and_not_an_empty_cache()
    {
        var store = new InMemoryContentStore();
        await using var caches = Caches.Over(store);
        var wide = Caches.Steps(40);
        var options = new CacheExportOptions { Oversize = OversizePolicy.Trim, OversizeThreshold = 1024 };
        var report = await caches.CreateExporter(Caches.Target, options).ExportAsync(wide);
        using (Assert.EnterMultipleScope())
        {
            if (report.IsEmpty)
                Assert.That(store.Tags, Is.Empty);
            else
                Assert.That(report.Config!.Size, Is.LessThanOrEqualTo(1024));
            Assert.That(report.Warnings, Is.Not.Empty);
        }
    }

    private static string Step(int build, int step) => Digest.OfText($"build {build} step {step}").ToString();

    private static string Target(int build) => Step(build, Steps - 1);

    private static CacheGraph ManyBuilds()
    {
        var builder = new CacheGraphBuilder();
        for (var b = 0; b < Builds; b++)
        {
            var layer = Caches.Layer(b % 50);
            var node = builder.AddSource(Step(b, 0));
            for (var s = 1; s < Steps; s++)
            {
                var results = s >= Steps - 3 ? [new CacheResult(LayerChain.Of(layer), Caches.Time(b))] : Array.Empty<CacheResult>();
                node = builder.Add(Step(b, s), [[(node, Digest.OfText("selector").ToString())]], results);
            }
        }

        return builder.Build();
    }
}
