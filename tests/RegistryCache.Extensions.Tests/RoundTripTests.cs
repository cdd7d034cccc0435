using RegistryCache.Extensions.Tests.Codecs;
using RegistryCache.Extensions.Tests.Stores;
using RegistryCache.Fixtures;

namespace RegistryCache.Extensions.Tests;

/// <summary>Caches of BuildKit go through a store and codecs from outside, and come back as they were.</summary>
[TestFixture]
internal sealed class RoundTripTests
{
    private string _directory = "";

    public static IReadOnlyList<string> Fixtures => FixtureLayout.CacheNames;

    [SetUp]
    public void CreateDirectory() => _directory = Directory.CreateTempSubdirectory("registry-cache-outside-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [TestCaseSource(nameof(Fixtures))]
    public async Task A_cache_of_BuildKit_keeps_its_digests_through_an_archive(string fixture)
    {
        await using var cache = Build();
        var original = await ImportAsync(cache, $"type=local,src={FixtureLayout.Open(fixture).Directory}");
        var form = original.Sources[0].Form switch
        {
            CacheManifestForm.OciIndex => ",image-manifest=false",
            CacheManifestForm.DockerManifestList => ",oci-mediatypes=false",
            _ => "",
        };

        await cache.CreateExporter($"type=zip,file={_directory}/cache.zip,mode=max{form}").ExportAsync(original.Graph);
        var packed = await ImportAsync(cache, $"type=zip,file={_directory}/cache.zip");
        var report = await cache.CreateExporter($"type=local,dest={_directory}/back,mode=max{form}").ExportAsync(packed.Graph);

        Assert.Multiple(() =>
        {
            Assert.That(packed.Sources[0].Manifest, Is.EqualTo(original.Sources[0].Manifest));
            Assert.That(report.Manifest, Is.EqualTo(original.Sources[0].Manifest));
            Assert.That(report.Config, Is.EqualTo(original.Sources[0].Config));
        });
    }

    [TestCase("max-gzip")]
    [TestCase("max-zstd")]
    [TestCase("max-estargz")]
    [TestCase("link-parent-max")]
    [Category("Slow")]
    public async Task A_cache_of_BuildKit_goes_through_both_codecs_and_back(string fixture)
    {
        await using var cache = Build();
        var original = await ImportAsync(cache, $"type=local,src={FixtureLayout.Open(fixture).Directory}");
        var plain = await cache.CreateExporter($"type=local,dest={_directory}/plain,mode=max,compression=uncompressed,force-compression=true")
            .ExportAsync(original.Graph);
        var graph = original.Graph;
        foreach (var compression in new[] { "brotli", "lz4", "brotli", "uncompressed" })
        {
            var file = Path.Combine(_directory, compression + ".zip");
            var report = await cache.CreateExporter($"type=zip,file={file},mode=max,compression={compression},force-compression=true").ExportAsync(graph);
            Assert.That(report.Layers.Select(l => l.To?.Name).Distinct(), Is.EqualTo(new[] { compression }));
            graph = (await ImportAsync(cache, $"type=zip,file={file}")).Graph;
        }

        var back = await cache.CreateExporter($"type=local,dest={_directory}/back,mode=max").ExportAsync(graph);

        Assert.That(back.Config, Is.EqualTo(plain.Config));
    }

    [TestCase("type=zip,compression=lz4,compression-level=9,file=cache.zip,mode=max")]
    [TestCase("type=zip,file=cache.zip,tag=nightly")]
    public async Task A_target_prints_the_text_that_it_was_read_from(string text)
    {
        await using var cache = Build();

        var target = cache.ParseTarget(text);

        Assert.Multiple(() =>
        {
            Assert.That(target.ToString(), Is.EqualTo(text));
            Assert.That(cache.ParseTarget(target.ToString()), Is.EqualTo(target));
            Assert.That(cache.ParseSource(target.ToSource().ToString()), Is.EqualTo(target.ToSource()));
        });
    }

    [TestCase("type=zip,flie=cache.zip", 9, "file")]
    [TestCase("type=zop,file=cache.zip", 5, "zip")]
    [TestCase("type=zip,file=cache.zip,compression=lz5", 36, "lz4")]
    public async Task An_error_names_the_place_and_the_nearest_name(string text, int position, string nearest)
    {
        await using var cache = Build();

        var error = Assert.Throws<CacheParameterException>(() => cache.ParseTarget(text))!;

        Assert.Multiple(() =>
        {
            Assert.That(error.Position, Is.EqualTo(position));
            Assert.That(error.Message, Does.Contain(nearest));
        });
    }

    #region compose
    private static BuildCache Build() => new BuildCacheBuilder()
        .UseOci().UseCompression().UseCodecs([new Lz4LayerCodec(), new BrotliLayerCodec()]).UseStores(new ZipStores()).Build();
    #endregion

    private static async Task<CacheImport> ImportAsync(BuildCache cache, string source)
    {
        var import = await cache.CreateImporter(source).ImportAsync();
        Assert.That(import.IsHit, Is.True, import.Sources[0].Detail);
        return import;
    }
}
