using RegistryCache.Core.Errors;
using RegistryCache.Core.Layers;
using RegistryCache.Layers;

namespace RegistryCache.Core.Tests.Layers;

[TestFixture]
public sealed class LayerCodecSetTests
{
    [Test]
    public void Two_codecs_of_one_name_are_refused() =>
        Assert.That(
            () => new LayerCodecSet([Codec("gzip", MediaTypes.OciLayerGzip), Codec("gzip", MediaTypes.OciLayerGzip)]),
            Throws.InstanceOf<RegistryCacheException>().With.Property(nameof(RegistryCacheException.Code)).EqualTo(RegistryCacheErrorCode.InvalidOptions));

    [Test]
    public void A_missing_codec_is_an_error_that_names_those_there_are()
    {
        var codecs = new LayerCodecSet([Codec("gzip", MediaTypes.OciLayerGzip)]);

        Assert.That(
            () => codecs.Get(LayerCompression.Zstd),
            Throws.InstanceOf<RegistryCacheException>().With.Message.Contains("zstd").And.Message.Contains("gzip"));
    }

    [Test]
    public async Task The_most_certain_codec_reads_a_blob_in_whatever_order_they_are([Values] bool reversed)
    {
        StubCodec[] codecs = [Codec("a", "a/a", LayerMatch.Fallback), Codec("b", "b/b", LayerMatch.Exact), Codec("c", "c/c"), Codec("d", "d/d", LayerMatch.None)];

        var found = await new LayerCodecSet(reversed ? codecs.Reverse() : codecs).DetectAsync(Probe(), CancellationToken.None);

        Assert.That(found.Compression.Name, Is.EqualTo("b"));
    }

    [Test]
    public async Task Of_equally_certain_codecs_the_label_names_one([Values] bool reversed)
    {
        StubCodec[] codecs = [Codec("a", "a/a"), Codec("x", "x/x"), Codec("c", "c/c")];

        var found = await new LayerCodecSet(reversed ? codecs.Reverse() : codecs).DetectAsync(Probe(), CancellationToken.None);

        Assert.That(found.Compression.Name, Is.EqualTo("x"));
    }

    [Test]
    public void Two_codecs_of_one_media_type_are_refused_unless_one_is_a_variant()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => new LayerCodecSet([Codec("a", "x/x"), Codec("b", "x/x")]), Throws.InstanceOf<RegistryCacheException>().With.Message.Contains("'x/x'"));
            Assert.That(() => new LayerCodecSet([Codec("a", "x/x"), Codec("b", "x/x", variantOf: "a")]), Throws.Nothing);
        }
    }

    [Test]
    public void A_blob_that_no_codec_recognises_is_an_error()
    {
        var codecs = new LayerCodecSet([Codec("a", "a/a", LayerMatch.None)]);

        Assert.That(async () => await codecs.DetectAsync(Probe(), CancellationToken.None), Throws.InstanceOf<LayerFormatException>());
    }

    [TestCase(MediaTypes.OciLayerGzip, "gzip")]
    [TestCase(MediaTypes.DockerLayerGzip, "gzip")]
    [TestCase(MediaTypes.OciForeignLayerGzip, "gzip")]
    [TestCase(MediaTypes.OciLayer, null)]
    [TestCase("text/plain", null)]
    public void A_label_names_the_general_codec_of_two_that_share_it(string mediaType, string? expected)
    {
        var codecs = new LayerCodecSet([Codec("estargz", MediaTypes.OciLayerGzip, variantOf: "gzip"), Codec("gzip", MediaTypes.OciLayerGzip)]);

        Assert.That(codecs.FindByMediaType(mediaType)?.Compression.Name, Is.EqualTo(expected));
    }

    private static LayerProbe Probe() => new(new Descriptor("x/x", Digest.OfText("x"), 1), "x"u8.ToArray());

    private static StubCodec Codec(string name, string mediaType, LayerMatch match = LayerMatch.Generic, string? variantOf = null) =>
        new(name, mediaType, match, variantOf);

    private sealed class StubCodec(string name, string mediaType, LayerMatch match, string? variantOf) : ILayerCodec
    {
        public LayerCompression Compression => LayerCompression.FromName(name);

        public CompressionLevelRange? Levels => null;

        public string MediaType => mediaType;

        public string? DockerMediaType => null;

        public LayerCompression? VariantOf => variantOf is null ? null : LayerCompression.FromName(variantOf);

        public ValueTask<LayerMatch> MatchAsync(LayerProbe probe, CancellationToken cancellationToken) => ValueTask.FromResult(match);

        public Stream OpenDecoder(Stream blob) => blob;

        public Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
