using RegistryCache.Core.Content;
using RegistryCache.Core.Layers;
using RegistryCache.Fixtures.Tars;
using RegistryCache.Layers;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Compression.Tests;

/// <summary>The keep-or-convert decision with the real codecs.</summary>
[TestFixture]
public sealed class LayerConverterTests
{
    private static readonly string[] Names = ["gzip", "zstd", "estargz", "uncompressed"];

    private static readonly LayerCodecSet Codecs = new LayerCodecSet(LayerCodecs.All());

    private static readonly LayerConverter Converter = new(Codecs);

    [Test]
    public async Task Without_force_every_blob_is_kept_unread([ValueSource(nameof(Names))] string to)
    {
        var unreadable = BlobSource.FromDelegate(_ => throw new InvalidOperationException("must not be opened"));
        var layer = new Descriptor(MediaTypes.OciLayerGzip, Digest.OfText("layer"), 123);

        await using var result = await Converter.ConvertAsync(layer, unreadable, Request(to, force: false), CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(result.Decision, Is.EqualTo(LayerDecision.KeptWithoutForce));
            Assert.That(result.Descriptor, Is.SameAs(layer));
            Assert.That(result.Source, Is.SameAs(unreadable));
            Assert.That(result.From, Is.EqualTo(LayerCompression.Gzip));
        });
    }

    [Test]
    public async Task With_force_every_layer_ends_in_the_requested_codec([ValueSource(nameof(Names))] string from, [ValueSource(nameof(Names))] string to)
    {
        var layer = await BlobAsync(from);

        await using var result = await Converter.ConvertAsync(layer.Descriptor, layer.Source, Request(to), CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(result.Decision, Is.EqualTo(from == to ? LayerDecision.KeptSameCodec : LayerDecision.ConvertedCodec));
            Assert.That(result.From?.Name, Is.EqualTo(from));
            Assert.That(result.To?.Name, Is.EqualTo(to));
            Assert.That(result.Descriptor.MediaType, Is.EqualTo(Codecs.Get(LayerCompression.FromName(to)).MediaType));
            Assert.That(result.IsNewBlob, Is.EqualTo(from != to));
            Assert.That(result.BytesBefore, Is.EqualTo(layer.Descriptor.Size));
            Assert.That(result.BytesAfter, Is.EqualTo(result.Source.Length));
        });
        Assert.That(await DetectAsync(result), Is.EqualTo(to));
        await using var content = await LayerReader.OpenAsync(result.Descriptor, result.Source, Codecs, limits: null, CancellationToken.None);
        await content.CopyToAsync(Stream.Null);
    }

    [Test]
    public async Task With_force_and_a_level_a_layer_of_the_right_codec_is_recompressed([Values("gzip", "zstd", "estargz")] string name)
    {
        var layer = await BlobAsync(name);

        await using var result = await Converter.ConvertAsync(layer.Descriptor, layer.Source, Request(name, level: 1), CancellationToken.None);
        await using var tar = await Converter.ConvertAsync(layer.Descriptor, layer.Source, Request("uncompressed"), CancellationToken.None);
        await using var same = await Converter.ConvertAsync(tar.Descriptor, tar.Source, Request(name, level: 1), CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(result.Decision, Is.EqualTo(LayerDecision.ConvertedLevel));
            Assert.That(result.Descriptor.Digest, Is.Not.EqualTo(layer.Descriptor.Digest));
            Assert.That(result.Descriptor.Digest, Is.EqualTo(same.Descriptor.Digest), "estargz must not carry its old table of contents along");
        });
    }

    /// <remarks>The encoder then continues with the hash of the reading side, also over what it adds to a tar without an end.</remarks>
    [Test]
    public async Task A_conversion_to_estargz_finds_the_diff_id_that_the_encoder_finds_by_itself(
        [Values("gzip", "zstd", "uncompressed")] string from, [Values(0, 100, 1024)] int missing)
    {
        var tar = new RawTar().File("f", "text").WithoutEnd();
        tar = missing == 1024 ? tar : missing == 0 ? [.. tar, .. new byte[1024]] : tar[..^missing];
        using var blob = new MemoryStream();
        using var direct = new MemoryStream();
        var layer = await Codecs.Get(LayerCompression.FromName(from)).EncodeAsync(new MemoryStream(tar), blob, new LayerEncodeOptions());
        var expected = await LayerCodecs.EStargz.EncodeAsync(new MemoryStream(tar), direct, new LayerEncodeOptions());

        await using var result = await Converter.ConvertAsync(layer.ToDescriptor(), BlobSource.FromBytes(blob.ToArray()), Request("estargz"), CancellationToken.None);

        Assert.That(result.Descriptor.Digest, Is.EqualTo(expected.Digest));
        Assert.That(result.Descriptor.Annotations[AnnotationKeys.Uncompressed], Is.EqualTo(expected.DiffId.ToString()));
    }

    [Test]
    public async Task A_mislabelled_blob_is_decoded_by_what_it_is_and_converted_by_what_was_asked()
    {
        var zstd = await BlobAsync("zstd");
        var mislabelled = (Descriptor: zstd.Descriptor.WithMediaType(MediaTypes.OciLayerGzip), zstd.Source);

        await using var toGzip = await Converter.ConvertAsync(mislabelled.Descriptor, mislabelled.Source, Request("gzip"), CancellationToken.None);
        await using var toZstd = await Converter.ConvertAsync(mislabelled.Descriptor, mislabelled.Source, Request("zstd"), CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(toGzip.Decision, Is.EqualTo(LayerDecision.ConvertedCodec));
            Assert.That(toZstd.Decision, Is.EqualTo(LayerDecision.Relabelled));
            Assert.That(toZstd.Descriptor.MediaType, Is.EqualTo(MediaTypes.OciLayerZstd));
            Assert.That(toZstd.Descriptor.Digest, Is.EqualTo(zstd.Descriptor.Digest));
        });
    }

    [Test]
    public async Task A_docker_label_of_the_right_codec_is_kept()
    {
        var gzip = await BlobAsync("gzip");
        var docker = (Descriptor: gzip.Descriptor.WithMediaType(MediaTypes.DockerLayerGzip), gzip.Source);

        await using var result = await Converter.ConvertAsync(docker.Descriptor, docker.Source, Request("gzip"), CancellationToken.None);

        Assert.That(result.Decision, Is.EqualTo(LayerDecision.KeptSameCodec));
        Assert.That(result.Descriptor, Is.SameAs(docker.Descriptor));
    }

    [Test]
    public async Task A_conversion_keeps_what_is_about_the_layer_and_drops_what_is_about_the_old_blob()
    {
        var blob = await BlobAsync("estargz");
        var original = blob.Descriptor
            .WithAnnotation(AnnotationKeys.CreatedAt, "2026-01-02T03:04:05.000000006+01:00")
            .WithAnnotation("org.opencontainers.image.title", "kept")
            .WithAnnotation("com.example.unknown", "may be about the bytes")
            .WithAnnotation(AnnotationKeys.DistributionSourcePrefix + "ghcr.io", "acme/app");

        await using var result = await Converter.ConvertAsync(original, blob.Source, Request("zstd"), CancellationToken.None);

        Assert.That(result.Descriptor.Annotations.Keys, Is.EqualTo(new[] { AnnotationKeys.CreatedAt, AnnotationKeys.Uncompressed, "org.opencontainers.image.title" }));
        Assert.That(result.Descriptor.Annotations[AnnotationKeys.CreatedAt], Is.EqualTo("2026-01-02T03:04:05.000000006+01:00"));
        Assert.That(result.Descriptor.Annotations[AnnotationKeys.Uncompressed], Is.EqualTo(Digest.OfBytes(RandomTar.Create(seed: 5)).ToString()));
    }

    [Test]
    public async Task What_is_not_a_layer_is_kept()
    {
        var other = (Descriptor: new Descriptor("application/json", Digest.OfText("{}"), 2), Source: BlobSource.FromBytes("{}"u8.ToArray()));

        await using var result = await Converter.ConvertAsync(other.Descriptor, other.Source, Request("zstd"), CancellationToken.None);

        Assert.That(result.Decision, Is.EqualTo(LayerDecision.KeptNotALayer));
    }

    [Test]
    public void A_layer_type_that_no_codec_knows_is_an_error([Values("gzip", "zstd", "uncompressed")] string to)
    {
        var other = (Descriptor: new Descriptor(MediaTypes.OciLayer + "+xz", Digest.OfText("{}"), 2), Source: BlobSource.FromBytes("{}"u8.ToArray()));

        var error = Assert.ThrowsAsync<RegistryCacheException>(() => Converter.ConvertAsync(other.Descriptor, other.Source, Request(to), CancellationToken.None))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.UnsupportedCompression));
    }

    [Test]
    public async Task A_level_out_of_range_is_refused_even_where_nothing_would_be_converted()
    {
        var layer = await BlobAsync("gzip");

        var error = Assert.ThrowsAsync<RegistryCacheException>(() => Converter.ConvertAsync(layer.Descriptor, layer.Source, Request("gzip", level: 10, force: false), CancellationToken.None))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.InvalidOptions));
    }

    [Test]
    public async Task Damage_ends_the_conversion_and_leaves_no_file_behind([ValueSource(nameof(Names))] string from)
    {
        var directory = Directory.CreateTempSubdirectory("spool").FullName;
        try
        {
            var converter = new LayerConverter(Codecs, new LayerOptions { SpoolDirectory = directory });
            var layer = await BlobAsync(from);
            var bytes = await ReadAllAsync(layer.Source);
            bytes[bytes.Length / 2] ^= 1;

            Assert.That(
                async () => await converter.ConvertAsync(layer.Descriptor, BlobSource.FromBytes(bytes), Request(from == "zstd" ? "gzip" : "zstd"), CancellationToken.None),
                Throws.InstanceOf<RegistryCacheException>());
            Assert.That(Directory.EnumerateFileSystemEntries(directory), Is.Empty);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Test]
    public async Task A_diff_id_that_is_not_true_ends_the_conversion()
    {
        var layer = await BlobAsync("gzip");
        var lying = layer.Descriptor.WithAnnotation(AnnotationKeys.Uncompressed, Digest.OfText("something else").ToString());

        Assert.That(
            async () => await Converter.ConvertAsync(lying, layer.Source, Request("zstd"), CancellationToken.None),
            Throws.InstanceOf<ContentMismatchException>());
    }

    [Test]
    public async Task A_bomb_is_stopped_at_the_limit([Values("gzip", "zstd")] string name)
    {
        var codec = Codecs.Get(LayerCompression.FromName(name));
        using var blob = new MemoryStream();
        var encoded = await codec.EncodeAsync(new MemoryStream(new byte[32 << 20]), blob, new LayerEncodeOptions(), CancellationToken.None);
        var options = new LayerOptions { RatioGraceBytes = 1 << 20, MaxRatio = 100 };

        await using var content = await LayerReader.OpenAsync(encoded.ToDescriptor(), BlobSource.FromBytes(blob.ToArray()), Codecs, options, CancellationToken.None);

        Assert.That(async () => await content.CopyToAsync(Stream.Null), Throws.InstanceOf<LimitExceededException>());
    }

    [Test]
    public async Task A_tar_without_a_blob_is_encoded()
    {
        var tar = RandomTar.Create(seed: 9);

        await using var result = await Converter.EncodeAsync(new MemoryStream(tar), LayerCompression.Zstd, level: null, CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(result.Decision, Is.EqualTo(LayerDecision.Encoded));
            Assert.That(result.Original, Is.Null);
            Assert.That(result.BytesBefore, Is.Null);
            Assert.That(result.Descriptor.Annotations[AnnotationKeys.Uncompressed], Is.EqualTo(Digest.OfBytes(tar).ToString()));
        });
    }

    private static LayerConversionRequest Request(string compression, int? level = null, bool force = true) =>
        new(LayerCompression.FromName(compression), level, force);

    private static async Task<(Descriptor Descriptor, BlobSource Source)> BlobAsync(string compression)
    {
        using var blob = new MemoryStream();
        var encoded = await Codecs.Get(LayerCompression.FromName(compression))
            .EncodeAsync(new MemoryStream(RandomTar.Create(seed: 5)), blob, new LayerEncodeOptions(), CancellationToken.None);
        return (encoded.ToDescriptor(), BlobSource.FromBytes(blob.ToArray()));
    }

    private static async Task<byte[]> ReadAllAsync(BlobSource source)
    {
        await using var stream = await source.OpenReadAsync(CancellationToken.None);
        using var result = new MemoryStream();
        await stream.CopyToAsync(result);
        return result.ToArray();
    }

    private static async Task<string> DetectAsync(LayerConversion layer) =>
        (await Codecs.DetectAsync(new LayerProbe(layer.Descriptor, new MemoryRanges(await ReadAllAsync(layer.Source))), CancellationToken.None)).Compression.Name;
}
