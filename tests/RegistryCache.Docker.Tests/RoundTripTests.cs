using RegistryCache.Docker.Tests.Builds;
using RegistryCache.Docker.Tests.Engine;
using RegistryCache.Docker.Tests.Rows;

namespace RegistryCache.Docker.Tests;

/// <summary>
/// Docker exports in every mode, form and codec; we import, inspect and export unchanged, or as something else; Docker imports ours.
/// </summary>
[TestFixtureSource(typeof(DockerEngines), nameof(DockerEngines.Names))]
[Category("Docker")]
[Parallelizable]
internal sealed class RoundTripTests(string engine)
{
    // An older engine has each mode, form and codec once. It alone may be able to write estargz, of which it has everything.
    private static IEnumerable<CacheVariant> Exported(bool isNewest) =>
        ((CacheVariant[])[.. CacheVariant.All("max"), .. CacheVariant.All("min")])
            .Where(v => isNewest || v.Codec == "estargz" || v.Tag is "max-image-gzip" or "min-index-zstd" or "max-docker-uncompressed");

    private static IEnumerable<CacheVariant> Converted(bool isNewest) =>
        CacheVariant.All("max").Where(v => v.Codec != "gzip" && (isNewest || v.Tag is "max-image-estargz" or "max-index-zstd" or "max-docker-uncompressed"));

    private static IEnumerable<CacheVariant> ConvertedBack(bool isNewest) =>
        CacheVariant.All("max").Where(v => v.Codec != "gzip" && (isNewest || v.Codec == "estargz" || v.Form == "docker"));

    private static IEnumerable<CacheVariant> OtherForms(bool isNewest) =>
        CacheVariant.All("max").Where(v => isNewest
            ? v.Codec == "gzip" || v.Tag is "max-index-zstd" or "max-image-estargz"
            : v.Tag is "max-image-estargz");

    private static IEnumerable<string> OddCodecs(bool isNewest) => isNewest ? ["zstd", "estargz"] : ["estargz"];

    private Harness _harness = null!;
    private BuildCase _fixture = null!;

    [OneTimeSetUp]
    public async Task ExportEveryVariantFromOneBuild()
    {
        _harness = await DockerSetUp.TakeAsync(engine);
        _fixture = _harness.Contexts.Fixture();
        await _harness.BuildFromNothingAsync(_fixture);

        // The minimal ones first: once a layer has been exported, BuildKit puts it into minimal caches too.
        foreach (var variant in Exported(DockerEngines.IsNewest(engine)).Reverse().Where(v => v.Codec != "estargz" || _harness.WritesEstargz))
            await _harness.Buildx.ExportAsync(_fixture, "--cache-to", _harness.To(Dockers(variant), variant.Parameters + ",force-compression=true"));
    }

    [OneTimeTearDown]
    public void GiveEngineBack() => DockerSetUp.GiveBack(engine);

    [EngineRows(nameof(Exported))]
    public async Task Docker_takes_its_cache_back_after_it_went_through_us_unchanged(CacheVariant variant)
    {
        _harness.RequireWriterOf(variant.Codec);
        var (dockers, ours) = (Dockers(variant), $"same:{variant.Tag}");
        var seen = await CacheTool.InspectAsync(_harness.From(dockers));
        await CacheTool.CopyAsync(_harness.From(dockers), _harness.To(ours, variant.Parameters));

        Assert.That((string?)seen["form"], Is.EqualTo(variant.InspectedForm));
        Assert.That((string?)seen["config"]!["digest"], Is.EqualTo(await _harness.Configs.DigestAsync(dockers)));
        Assert.That(seen["layers"]!.AsArray().Select(layer => (string)layer!["mediaType"]!), Is.All.EndsWith(variant.MediaTypeEnd));
        await _harness.Row.RequireSameConfigAsync(_fixture, dockers, ours);
        await _harness.Row.ProveEveryStepIsCachedAsync(_fixture, _harness.From(ours), dockers, ours);
    }

    /// <summary>Docker has no media type for zstd and estargz layers; BuildKit names one of its own. Nothing is converted, so nothing is refused.</summary>
    [EngineRows(nameof(OddCodecs))]
    public async Task Docker_takes_back_what_it_wrote_with_its_own_types_in_a_codec_that_they_are_not_made_for(string codec)
    {
        _harness.RequireWriterOf(codec);
        const string form = "mode=max,oci-mediatypes=false,image-manifest=false";
        var (dockers, ours) = ($"odd:dockers-{codec}", $"odd:ours-{codec}");
        await _harness.Buildx.ExportAsync(_fixture, "--cache-to", _harness.To(dockers, $"{form},compression={codec},force-compression=true"));
        var written = await _harness.Configs.LayersAsync(dockers);
        await TestContext.Out.WriteLineAsync(string.Join(' ', written.Select(layer => layer.MediaType).Distinct()));

        await CacheTool.CopyAsync(_harness.From(dockers), _harness.To(ours, form));

        var copied = await _harness.Configs.LayersAsync(ours);
        Assert.That(copied.Select(layer => (layer.Digest, layer.MediaType)), Is.EqualTo(written.Select(layer => (layer.Digest, layer.MediaType))));
        await _harness.Row.RequireSameConfigAsync(_fixture, dockers, ours);
        await _harness.Row.ProveEveryStepIsCachedAsync(_fixture, _harness.From(ours), dockers, ours);
    }

    [EngineRows(nameof(Converted))]
    public async Task Docker_takes_its_gzip_cache_after_we_made_something_else_of_it(CacheVariant variant)
    {
        var (dockers, ours) = (Dockers(new CacheVariant("max", "image", "gzip")), $"converted:{variant.Tag}");
        await CacheTool.CopyAsync(_harness.From(dockers), _harness.To(ours, variant.Parameters + ",force-compression=true"));

        Assert.That(await _harness.Configs.LayerTypesAsync(ours), Is.All.EndsWith(variant.MediaTypeEnd));
        await _harness.Row.ProveEveryStepIsCachedAsync(_fixture, _harness.From(ours), dockers, ours);
    }

    [EngineRows(nameof(ConvertedBack))]
    public async Task Docker_takes_gzip_that_we_made_of_its_other_codecs(CacheVariant variant)
    {
        _harness.RequireWriterOf(variant.Codec);
        var target = variant with { Codec = "gzip" };
        var (dockers, ours) = (Dockers(variant), $"gzip-of:{variant.Tag}");
        await CacheTool.CopyAsync(_harness.From(dockers), _harness.To(ours, target.Parameters + ",force-compression=true"));

        Assert.That(await _harness.Configs.LayerTypesAsync(ours), Is.All.EndsWith(target.MediaTypeEnd));
        await _harness.Row.ProveEveryStepIsCachedAsync(_fixture, _harness.From(ours), dockers, ours);
    }

    [EngineRows(nameof(OtherForms))]
    public async Task A_maximal_cache_filtered_to_min_is_the_minimal_cache_that_Docker_wrote(CacheVariant variant)
    {
        _harness.RequireWriterOf(variant.Codec);
        var minimal = variant with { Mode = "min" };
        var ours = $"filtered:{minimal.Tag}";
        await CacheTool.CopyAsync(_harness.From(Dockers(variant)), _harness.To(ours, minimal.Parameters));

        await _harness.Row.RequireSameConfigAsync(_fixture, Dockers(minimal), ours);
        await _harness.Row.ProveEveryStepIsCachedAsync(_fixture, _harness.From(ours), Dockers(minimal), ours);
    }

    [NewestEngineTest]
    public async Task Stages_that_are_no_part_of_the_result_are_cached_by_a_maximal_cache_of_ours()
    {
        var ours = "stages:max";
        await CacheTool.CopyAsync(_harness.From(Dockers(new CacheVariant("max", "image", "zstd"))), _harness.To(ours, "mode=max,compression=gzip,force-compression=true"));
        foreach (var stage in (string[])["build", "tools"])
        {
            var target = _fixture.With($"fixture-{stage}", "--target", stage);
            await _harness.BuildFromNothingAsync(target);
            await _harness.Row.ProveEveryStepIsCachedAsync(target, _harness.From(ours), ours: ours);
        }
    }

    private static string Dockers(CacheVariant variant) => $"dockers:{variant.Tag}";
}
