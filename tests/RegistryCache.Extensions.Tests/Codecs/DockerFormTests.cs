using RegistryCache.Fixtures;

namespace RegistryCache.Extensions.Tests.Codecs;

/// <summary>A codec from outside decides whether its layers may be in a cache of Docker's form, and under which media type.</summary>
[TestFixture]
internal sealed class DockerFormTests
{
    private const string DockerType = "application/vnd.docker.image.rootfs.diff.tar.lz4";
    private string _directory = "";
    private BuildCache _cache = null!;

    [SetUp]
    public void Build()
    {
        _directory = Directory.CreateTempSubdirectory("registry-cache-docker-form-").FullName;
        _cache = new BuildCacheBuilder().UseOci().UseCompression()
            .UseCodecs(new Lz4LayerCodec { DockerMediaType = DockerType }, new BrotliLayerCodec()).Build();
    }

    [TearDown]
    public async Task RemoveDirectory()
    {
        await _cache.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public async Task Its_layers_have_the_Docker_type_of_the_codec_there_and_its_own_type_elsewhere()
    {
        var original = await ImportAsync(FixtureLayout.Open("min-gzip").Directory);
        var plain = await ExportAsync("plain", original, "compression=uncompressed,force-compression=true");
        await ExportAsync("docker", original, "compression=lz4,force-compression=true,oci-mediatypes=false");
        var docker = await ImportAsync(Path.Combine(_directory, "docker"));
        await ExportAsync("kept", docker, "oci-mediatypes=false");
        await ExportAsync("oci", docker, "image-manifest=false");
        var oci = await ImportAsync(Path.Combine(_directory, "oci"));
        var back = await ExportAsync("back", docker, "compression=uncompressed,force-compression=true");

        Assert.Multiple(async () =>
        {
            Assert.That(docker.Sources[0].Form, Is.EqualTo(CacheManifestForm.DockerManifestList));
            Assert.That(TypesOf(docker), Is.EqualTo(new[] { DockerType }));
            Assert.That((await ImportAsync(Path.Combine(_directory, "kept"))).Sources[0].Manifest, Is.EqualTo(docker.Sources[0].Manifest));
            Assert.That(TypesOf(oci), Is.EqualTo(new[] { new Lz4LayerCodec().MediaType }));
            Assert.That(back.Config, Is.EqualTo(plain.Config));
        });
    }

    [Test]
    public async Task Without_a_Docker_type_its_layers_are_refused_there()
    {
        var original = await ImportAsync(FixtureLayout.Open("min-gzip").Directory);
        await ExportAsync("brotli", original, "compression=brotli,force-compression=true");
        var brotli = await ImportAsync(Path.Combine(_directory, "brotli"));

        var error = Assert.CatchAsync<RegistryCacheException>(() => ExportAsync("docker", brotli, "oci-mediatypes=false"))!;

        Assert.Multiple(() =>
        {
            Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.InvalidOptions));
            Assert.That(error.Message, Does.Contain(" is brotli, for which Docker has no media type."));
        });
    }

    private static IEnumerable<string> TypesOf(CacheImport import) => import.Graph.Records
        .SelectMany(r => r.Results).Select(r => r.Chain).OfType<LayerChain>().SelectMany(c => c.ToLayers())
        .Select(l => l.Descriptor.MediaType).Distinct();

    private Task<CacheImport> ImportAsync(string directory) => _cache.CreateImporter($"type=local,src={directory}").ImportAsync();

    private Task<CacheExportReport> ExportAsync(string name, CacheImport import, string options) =>
        _cache.CreateExporter($"type=local,dest={_directory}/{name},mode=max,{options}").ExportAsync(import.Graph);
}
