using RegistryCache.Core.Layers;

namespace RegistryCache.Core.Tests.Plugging;

/// <summary>A codec from outside does what the built-in ones do, in whatever order they are registered.</summary>
internal sealed class OwnCodecTests
{
    private static readonly byte[] Tar = new byte[10240];

    [Test]
    public async Task It_reads_back_what_it_wrote([Values] bool first)
    {
        await using var cache = Cache(first);
        await using var layer = await cache.EncodeLayerAsync(new MemoryStream(Tar), LayerCompression.FromName("xor"), level: 3);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(layer.Descriptor.MediaType, Is.EqualTo(XorCodec.VendorType));
            Assert.That(await ReadAsync(cache, layer), Is.EqualTo(Tar));
        }
    }

    [Test]
    public async Task Its_vendor_media_type_converts_to_every_codec_and_back([Values] bool first, [Values("gzip", "zstd", "estargz", "uncompressed")] string other)
    {
        await using var cache = Cache(first);
        var converter = new LayerConverter(cache.Codecs);
        await using var layer = await cache.EncodeLayerAsync(new MemoryStream(Tar), LayerCompression.FromName("xor"));
        await using var there = await ConvertAsync(converter, layer, other);
        await using var back = await ConvertAsync(converter, there, "xor");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(there.Decision, Is.EqualTo(LayerDecision.ConvertedCodec));
            Assert.That(there.From?.Name, Is.EqualTo("xor"));
            Assert.That(back.Descriptor.Digest, Is.EqualTo(layer.Descriptor.Digest));
        }
    }

    [Test]
    public async Task A_target_prints_as_the_text_that_gives_it_again_for_every_codec([Values] bool first)
    {
        await using var cache = Cache(first);
        foreach (var codec in cache.Codecs.Codecs)
        {
            var target = CacheTarget.Local("d") with { Compression = codec.Compression, CompressionLevel = codec.Levels?.Maximum, ForceCompression = true };
            using (Assert.EnterMultipleScope())
            {
                Assert.That(CacheTarget.Parse(target.ToString()), Is.EqualTo(target));
                Assert.That(cache.ParseTarget(target.ToString()), Is.EqualTo(target));
                Assert.That(() => cache.CreateExporter(target), Throws.Nothing);
                Assert.That(() => cache.CreateExporter(target.ToString()), Throws.Nothing);
            }
        }
    }

    [Test]
    public async Task Its_name_is_among_those_that_an_error_lists()
    {
        await using var cache = Cache(first: false);
        var text = Assert.Throws<CacheParameterException>(() => cache.ParseTarget("type=local,dest=d,compression=xorr"))!;
        var typed = Assert.Throws<RegistryCacheException>(() => cache.CreateExporter(CacheTarget.Local("d") with { Compression = LayerCompression.FromName("xorr") }))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(text.Suggestion, Is.EqualTo("xor"));
            Assert.That(text.Position, Is.EqualTo(30));
            Assert.That(text.Message, Does.Contain("gzip, zstd, estargz, uncompressed or xor"));
            Assert.That(typed.Code, Is.EqualTo(RegistryCacheErrorCode.UnsupportedCompression));
            Assert.That(typed.Message, Does.Contain("gzip, zstd, estargz, uncompressed or xor").And.Contain("did you mean 'xor'"));
        }
    }

    [TestCase("compression=xor,compression-level=4", "compression-level")]
    [TestCase("compression=zstd,oci-mediatypes=false", "compression")]
    public async Task Its_rules_are_those_of_the_codec_in_texts_and_in_typed_targets(string options, string key)
    {
        await using var cache = Cache(first: true);
        var text = "type=local,dest=d," + options;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Assert.Throws<CacheParameterException>(() => cache.ParseTarget(text))!.Key, Is.EqualTo(key));
            Assert.That(
                Assert.Throws<RegistryCacheException>(() => cache.CreateExporter(CacheTarget.Parse(text)))!.Code,
                Is.EqualTo(RegistryCacheErrorCode.InvalidOptions));
            Assert.That(() => cache.CreateExporter("type=local,dest=d,compression=xor,oci-mediatypes=false"), Throws.Nothing);
        }
    }

    [Test]
    public void Two_codecs_that_nothing_tells_apart_are_refused_when_the_cache_is_built() => Assert.That(
        () => new BuildCacheBuilder().UseStore(new InMemoryContentStore()).UseCodecs(new XorCodec(), new XorCodec()).Build(),
        Throws.InstanceOf<RegistryCacheException>().With.Property(nameof(RegistryCacheException.Code)).EqualTo(RegistryCacheErrorCode.InvalidOptions));

    private static BuildCache Cache(bool first)
    {
        var builder = new BuildCacheBuilder().UseStore(new InMemoryContentStore());
        return (first ? builder.UseCodecs(new XorCodec()).UseCompression() : builder.UseCompression().UseCodecs(new XorCodec())).Build();
    }

    private static Task<LayerConversion> ConvertAsync(LayerConverter converter, LayerConversion layer, string compression) => converter.ConvertAsync(
        layer.Descriptor, layer.Source, new LayerConversionRequest(LayerCompression.FromName(compression), Force: true), CancellationToken.None);

    private static async Task<byte[]> ReadAsync(BuildCache cache, LayerConversion layer)
    {
        await using var stream = await cache.OpenLayerAsync(new CacheLayer(layer.Descriptor, layer.Source));
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
