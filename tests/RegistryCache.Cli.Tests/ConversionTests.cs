using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using RegistryCache.Core.Content;
using RegistryCache.Core.Layers;
using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests;

/// <summary>Every fixture in every codec, forced and not, in every manifest form: the layers keep what is in them.</summary>
internal sealed class ConversionTests
{
    private static readonly string[] Codecs = ["gzip", "zstd", "estargz", "uncompressed"];
    private static readonly string[] Estargz = [".no.prefetch.landmark", ".prefetch.landmark", "stargz.index.json"];
    private BuildCache _caches = null!;

    [OneTimeSetUp]
    public void Open() => _caches = new BuildCacheBuilder().UseStore(new InMemoryContentStore()).UseCompression().Build();

    [OneTimeTearDown]
    public async Task Close() => await _caches.DisposeAsync();

    /// <summary>All of them run in the whole command; the fast run takes one fixture through every codec.</summary>
    private static IEnumerable<TestCaseData> Conversions() =>
        from name in FixtureLayout.CacheNames
        from codec in Codecs
        from force in (bool[])[false, true]
        let conversion = new TestCaseData(name, codec, force)
        select name == "max-gzip" && force ? conversion : conversion.SetCategory("Slow");

    [TestCaseSource(nameof(Conversions))]
    [Category("Slow")]
    public async Task Every_layer_decodes_to_the_diffID_it_states_and_to_the_files_as_before(string name, string codec, bool force)
    {
        using var scratch = new ScratchDirectory();
        var source = FixtureLayout.Open(name).Directory;
        var before = await FilesAsync(source, "latest");
        var hasDockerTypes = codec is "gzip" or "uncompressed" && (force || name is not ("max-zstd" or "max-estargz"));
        string[] forms = hasDockerTypes ? ["", ",image-manifest=false", ",oci-mediatypes=false"] : ["", ",image-manifest=false"];
        foreach (var form in forms)
        {
            var target = scratch["copy" + Array.IndexOf(forms, form)];
            await Tool.CopyAsync($"type=local,src={source}", $"type=local,dest={target},mode=max,compression={codec},force-compression={(force ? "true" : "false")}{form}");
            Layout.AssertComplete(target, "latest");
            Assert.That(await FilesAsync(target, "latest"), Is.EquivalentTo(before), form);
            Assert.That(Times(Layout.Manifest(target)), Is.EquivalentTo(Times(Layout.Manifest(source))), "BuildKit's own conversion loses createdat, ours must not");
            CheckTypes(Layout.Manifest(target), codec, force, form);
        }
    }

    [Test]
    public async Task Docker_types_for_zstd_and_estargz_are_wrong_usage([Values("zstd", "estargz")] string codec)
    {
        using var scratch = new ScratchDirectory();
        var tool = await Tool.RunAsync(
            "copy", "--from", $"type=local,src={FixtureLayout.Open("min-gzip").Directory}", "--to", $"type=local,dest={scratch["copy"]},compression={codec},force-compression=true,oci-mediatypes=false");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.WrongUsage));
            Assert.That(tool.Error, Does.Contain(codec));
            Assert.That(Directory.Exists(scratch["copy"]), Is.False);
        }
    }

    private static void CheckTypes(JsonNode manifest, string codec, bool force, string form)
    {
        var types = Layout.Layers(manifest).Select(l => (string)l["mediaType"]!).ToList();
        var ending = codec switch { "zstd" => "zstd", "uncompressed" => "tar", _ => "gzip" };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(types, Is.Not.Empty.And.All.Contains(form.Contains("oci-mediatypes", StringComparison.Ordinal) ? "vnd.docker." : "vnd.oci."));
            if (force)
                Assert.That(types, Is.All.EndsWith(ending));
        }
    }

    private static IEnumerable<string?> Times(JsonNode manifest) => Layout.Layers(manifest).Select(l => (string?)l["annotations"]?["buildkit/createdat"]);

    /// <summary>Each layer as one text that lists its files; reading checks digests and diffIDs.</summary>
    private async Task<List<string>> FilesAsync(string directory, string tag)
    {
        var layers = new List<string>();
        foreach (var json in Layout.Layers(Layout.Manifest(directory, tag)))
        {
            var digest = (string)json["digest"]!;
            var descriptor = new Descriptor((string)json["mediaType"]!, Digest.Parse(digest), (long)json["size"]!)
                .WithAnnotations(json["annotations"]!.AsObject().Select(a => KeyValuePair.Create(a.Key, (string)a.Value!)));
            Assert.That(descriptor.Annotations.Keys, Does.Contain(AnnotationKeys.Uncompressed));
            await using var stream = await LayerReader.OpenAsync(descriptor, BlobSource.FromBytes(Layout.Read(directory, digest)), _caches.Codecs, null, CancellationToken.None);
            using var tar = new MemoryStream();
            await stream.CopyToAsync(tar);
            Assert.That("sha256:" + Convert.ToHexStringLower(SHA256.HashData(tar.ToArray())), Is.EqualTo(descriptor.Annotations[AnnotationKeys.Uncompressed]));
            layers.Add(string.Join('\n', Entries(tar)));
        }

        return layers;
    }

    private static IEnumerable<string> Entries(MemoryStream tar)
    {
        tar.Position = 0;
        using var reader = new TarReader(tar);
        while (reader.GetNextEntry() is { } entry)
        {
            // What estargz adds, including after its tar's end, is not a file of the layer.
            if (Estargz.Contains(entry.Name))
                continue;
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            yield return $"{entry.EntryType} {entry.Name} {entry.LinkName} {entry.Mode} {entry.Uid}:{entry.Gid} {entry.ModificationTime:O} {Convert.ToHexStringLower(SHA256.HashData(content.ToArray()))}";
        }
    }
}
