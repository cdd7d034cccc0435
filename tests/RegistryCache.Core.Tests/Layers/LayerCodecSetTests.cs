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
    public async Task The_first_codec_that_recognises_a_blob_wins()
    {
        var codecs = new LayerCodecSet([Codec("a", "a/a", matches: false), Codec("b", "b/b"), Codec("c", "c/c")]);

        var found = await codecs.DetectAsync(Probe(), CancellationToken.None);

        Assert.That(found.Compression.Name, Is.EqualTo("b"));
    }

    [Test]
    public void A_blob_that_no_codec_recognises_is_an_error()
    {
        var codecs = new LayerCodecSet([Codec("a", "a/a", matches: false)]);

        Assert.That(async () => await codecs.DetectAsync(Probe(), CancellationToken.None), Throws.InstanceOf<LayerFormatException>());
    }

    [TestCase(MediaTypes.OciLayerGzip, "gzip")]
    [TestCase(MediaTypes.DockerLayerGzip, "gzip")]
    [TestCase(MediaTypes.OciForeignLayerGzip, "gzip")]
    [TestCase(MediaTypes.OciLayer, null)]
    [TestCase("text/plain", null)]
    public void A_label_names_the_general_codec_of_two_that_share_it(string mediaType, string? expected)
    {
        var codecs = new LayerCodecSet([Codec("estargz", MediaTypes.OciLayerGzip), Codec("gzip", MediaTypes.OciLayerGzip)]);

        Assert.That(codecs.FindByMediaType(mediaType)?.Compression.Name, Is.EqualTo(expected));
    }

    private static LayerProbe Probe() => new(new Descriptor("x/x", Digest.OfText("x"), 1), "x"u8.ToArray());

    private static StubCodec Codec(string name, string mediaType, bool matches = true) => new(name, mediaType, matches);

    private sealed class StubCodec(string name, string mediaType, bool matches) : ILayerCodec
    {
        public LayerCompression Compression => LayerCompression.FromName(name);

        public CompressionLevelRange? Levels => null;

        public string MediaType => mediaType;

        public bool AllowsDockerMediaTypes => true;

        public ValueTask<bool> MatchesAsync(LayerProbe probe, CancellationToken cancellationToken) => ValueTask.FromResult(matches);

        public Stream OpenDecoder(Stream blob) => blob;

        public Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
