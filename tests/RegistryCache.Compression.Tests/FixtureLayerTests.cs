using RegistryCache.Core.Content;
using RegistryCache.Core.Layers;
using RegistryCache.Fixtures.Tars;
using RegistryCache.Layers;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Compression.Tests;

/// <summary>Layers that BuildKit wrote.</summary>
[TestFixture]
public sealed class FixtureLayerTests
{
    private static readonly string[] Fixtures = ["max-gzip", "max-zstd", "max-estargz", "max-uncompressed"];

    private static readonly LayerCodecSet Codecs = new LayerCodecSet(LayerCodecs.All());

    [TestCaseSource(nameof(Fixtures))]
    public async Task Every_layer_decodes_to_the_diff_id_it_states(string fixture)
    {
        var layers = LayoutFixture.Layers(fixture);
        Assert.That(layers, Is.Not.Empty);
        foreach (var layer in layers)
        {
            await using var content = await LayerReader.OpenAsync(
                layer, BlobSource.FromBytes(LayoutFixture.Blob(fixture, layer.Digest)), Codecs, limits: null, CancellationToken.None);
            await content.CopyToAsync(Stream.Null);
            Assert.That(content.DiffId?.ToString(), Is.EqualTo(layer.Annotations[AnnotationKeys.Uncompressed]));
        }
    }

    [TestCase("max-gzip", "gzip")]
    [TestCase("max-zstd", "zstd")]
    [TestCase("max-estargz", "estargz")]
    [TestCase("max-uncompressed", "uncompressed")]
    public async Task Every_layer_is_recognised_by_its_bytes_whatever_its_label(string fixture, string compression)
    {
        foreach (var layer in LayoutFixture.Layers(fixture))
        {
            var probe = new LayerProbe(layer.WithMediaType(MediaTypes.OciLayerZstd), new MemoryRanges(LayoutFixture.Blob(fixture, layer.Digest)));
            Assert.That((await Codecs.DetectAsync(probe, CancellationToken.None)).Compression.Name, Is.EqualTo(compression));
        }
    }

    [Test]
    public async Task Converting_between_any_two_codecs_gives_the_same_tar([ValueSource(nameof(Fixtures))] string fixture, [ValueSource(nameof(Fixtures))] string plain)
    {
        var target = LayerCompression.FromName(plain["max-".Length..]);
        var converter = new LayerConverter(Codecs);
        foreach (var layer in LayoutFixture.Layers(fixture))
        {
            var source = BlobSource.FromBytes(LayoutFixture.Blob(fixture, layer.Digest));
            await using var converted = await converter.ConvertAsync(layer, source, new LayerConversionRequest(target, Force: true), CancellationToken.None);
            await using var original = await converter.ConvertAsync(layer, source, new LayerConversionRequest(LayerCompression.Uncompressed, Force: true), CancellationToken.None);
            await using var back = await converter.ConvertAsync(
                converted.Descriptor, converted.Source, new LayerConversionRequest(LayerCompression.Uncompressed, Force: true), CancellationToken.None);

            Assert.That(back.Descriptor.Digest, Is.EqualTo(original.Descriptor.Digest));
            Assert.That(converted.Descriptor.Annotations.ContainsKey(AnnotationKeys.StargzTocDigest), Is.EqualTo(target == LayerCompression.EStargz));
            if (fixture != "max-estargz" && target != LayerCompression.EStargz)
                Assert.That(converted.Descriptor.Annotations[AnnotationKeys.Uncompressed], Is.EqualTo(layer.Annotations[AnnotationKeys.Uncompressed]));
        }
    }
}
