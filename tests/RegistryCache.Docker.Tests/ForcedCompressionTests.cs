using RegistryCache.Docker.Tests.Builds;
using RegistryCache.Docker.Tests.Engine;
using RegistryCache.Docker.Tests.Rows;

namespace RegistryCache.Docker.Tests;

/// <summary>
/// BuildKit as the judge of our blobs: with force it converts every layer that is not of the codec that was asked for, and for estargz
/// it looks for footer and table of contents, since the media type is that of gzip. Ours it must leave alone.
/// </summary>
[TestFixtureSource(typeof(DockerEngines), nameof(DockerEngines.Names))]
[Category("Docker")]
[Parallelizable]
internal sealed class ForcedCompressionTests(string engine)
{
    // The blobs are the same in an image manifest and in an index. RoundTripTests have both.
    private static readonly IEnumerable<CacheVariant> Variants = CacheVariant.All("max").Where(v => v.Form != "index");
    private static readonly CacheVariant Estargz = new("max", "image", "estargz");
    private static readonly string[] Compressed = ["gzip", "zstd", "estargz"];

    private static IEnumerable<CacheVariant> OtherVariants(bool isNewest) =>
        Variants.Where(v => v.Codec != "estargz" && (isNewest || v.Codec == "zstd"));

    private static IEnumerable<string> Levels(bool isNewest) =>
        isNewest ? ["", ",compression-level=0", ",compression-level=1", ",compression-level=9"] : [""];

    private Harness _harness = null!;
    private BuildCase _build = null!;

    [OneTimeSetUp]
    public async Task ExportWhatWeConvert()
    {
        _harness = await DockerSetUp.TakeAsync(engine);
        _build = _harness.Contexts.Layers();
        await _harness.BuildFromNothingAsync(_build);
        foreach (var codec in WrittenByDocker())
            await _harness.Buildx.ExportAsync(_build, "--cache-to", _harness.To(Dockers(codec), $"mode=max,image-manifest=true,compression={codec},force-compression=true"));
    }

    [OneTimeTearDown]
    public void GiveEngineBack() => DockerSetUp.GiveBack(engine);

    [EngineRows(nameof(OtherVariants))]
    public async Task BuildKit_leaves_our_blobs_as_they_are_when_told_to_convert_to_their_codec(CacheVariant variant)
    {
        var ours = await ConvertAsync(variant);
        var back = await ExportAgainAsync(Ours(variant), variant);

        Assert.That(Digests(back), Is.EquivalentTo(Digests(ours)));
        Assert.That(back.Select(layer => layer.MediaType), Is.All.EndsWith(variant.MediaTypeEnd));
    }

    [EngineRows(nameof(Levels))]
    public async Task BuildKit_finds_footer_and_table_of_contents_in_our_estargz_of_every_level(string level)
    {
        var ours = await ConvertAsync(Estargz, level);
        var back = await ExportAgainAsync(Ours(Estargz), Estargz);

        Assert.That(Digests(back), Is.EquivalentTo(Digests(ours)));
        foreach (var layer in back)
        {
            Assert.That(layer.Toc, Is.Not.Null, layer.Digest);
            Assert.That(layer.StatedTocDigest, Is.EqualTo(layer.Toc!.Digest), layer.Digest);
            Assert.That(layer.Annotations, Is.EqualTo(ours.Single(mine => mine.Digest == layer.Digest).Annotations));
        }
    }

    [NewestEngineTest]
    public async Task BuildKit_takes_our_estargz_for_estargz_and_not_for_the_gzip_that_was_asked_for()
    {
        var ours = await ConvertAsync(Estargz);
        var back = await ExportAgainAsync(Ours(Estargz), Estargz with { Codec = "gzip" });

        Assert.That(Digests(back).Intersect(Digests(ours)), Is.Empty);
        Assert.That(back.Select(layer => layer.Toc), Is.All.Null);
        Assert.That(DiffIds(back), Is.EquivalentTo(DiffIds(await _harness.Configs.LayersAsync(Dockers("gzip")))), "the tar that BuildKit itself wrote, byte for byte");
    }

    [TestCase("footer")]
    [TestCase("table of contents")]
    public async Task BuildKit_converts_the_one_blob_that_we_damaged_and_keeps_the_others(string part)
    {
        _harness.RequireWriterOf("estargz");
        Func<byte[], byte[]> damage = part == "footer" ? EstargzDamage.OfFooter : EstargzDamage.OfTableOfContents;
        const string damaged = "forced/ours:damaged";
        var ours = await ConvertAsync(Estargz);
        var (whole, broken) = await _harness.Configs.CopyWithChangedLayerAsync(Ours(Estargz), damaged, damage);
        var back = await ExportAgainAsync(damaged, Estargz);

        Assert.That(Digests(back), Has.None.EqualTo(broken).And.None.EqualTo(whole));
        Assert.That(Digests(back).Intersect(Digests(ours)), Is.EquivalentTo(Digests(ours).Where(digest => digest != whole)));
        Assert.That(back, Has.Count.EqualTo(ours.Count));
    }

    [Test]
    public async Task BuildKit_makes_estargz_of_our_gzip_which_has_the_same_media_type()
    {
        _harness.RequireWriterOf("estargz");
        var variant = new CacheVariant("max", "image", "gzip");
        var ours = await ConvertAsync(variant);
        var back = await ExportAgainAsync(Ours(variant), variant with { Codec = "estargz" });

        Assert.That(ours.Select(layer => layer.Toc), Is.All.Null);
        Assert.That(Digests(back).Intersect(Digests(ours)), Is.Empty);
        Assert.That(back, Has.Count.EqualTo(ours.Count));
        Assert.That(back.Select(layer => layer.Toc), Is.All.Not.Null);
    }

    private IEnumerable<string> WrittenByDocker() => Compressed.Where(codec => codec != "estargz" || _harness.WritesEstargz);

    /// <summary>Makes a cache of our own blobs. They must not be those that Docker writes, or a conversion would go unseen.</summary>
    private async Task<IReadOnlyList<ForcedLayer>> ConvertAsync(CacheVariant variant, string more = "")
    {
        var dockers = Dockers(variant.Codec == "gzip" ? "zstd" : "gzip");
        await CacheTool.CopyAsync(_harness.From(dockers), _harness.To(Ours(variant), $"{variant.Parameters},force-compression=true{more}"));
        var ours = await _harness.Configs.LayersAsync(Ours(variant));

        Assert.That(ours, Has.Count.EqualTo(_harness.Original(_build).Steps.Count));
        foreach (var codec in WrittenByDocker())
            Assert.That(Digests(ours).Except(Digests(await _harness.Configs.LayersAsync(Dockers(codec)))), Is.Not.Empty, codec);
        return ours;
    }

    /// <summary>
    /// Lets a daemon that knows nothing take our cache and write one of its own. In two builds: one that imports and exports hands
    /// some layers on as our manifest describes them, whatever is in them; those that are there already BuildKit looks into.
    /// </summary>
    private async Task<IReadOnlyList<ForcedLayer>> ExportAgainAsync(string ours, CacheVariant asked)
    {
        await _harness.Row.ProveEveryStepIsCachedAsync(_build, _harness.From(ours), Dockers("gzip"), ours);
        const string back = "forced/back:again";
        var export = await _harness.Buildx.ExportAsync(_build, "--cache-to", _harness.To(back, asked.Parameters + ",force-compression=true"));
        Assert.That(export.Executed, Is.Empty, export.Describe());
        return await _harness.Configs.LayersAsync(back);
    }

    private static IEnumerable<string> Digests(IEnumerable<ForcedLayer> layers) => layers.Select(layer => layer.Digest);

    private static IEnumerable<string?> DiffIds(IEnumerable<ForcedLayer> layers) => layers.Select(layer => layer.DiffId);

    private static string Dockers(string codec) => $"forced/dockers:{codec}";

    private static string Ours(CacheVariant variant) => $"forced/ours:{variant.Tag}";
}
