using System.Buffers.Binary;
using RegistryCache.Compression.Gzip;
using RegistryCache.Compression.Zstd;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Layers;
using RegistryCache.Fixtures.Tars;
using RegistryCache.Layers;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Compression.Tests;

/// <summary>Blobs of other writers that need more than usual, or that use unsupported compression.</summary>
public sealed class ForeignBlobTests
{
    private const long MiB = 1 << 20;

    private static IEnumerable<TestCaseData> Windows()
    {
        // Window descriptor: the exponent above 10 in the upper five bits, eighths in the lower three.
        foreach (var (descriptor, window) in new[] { (0, 1024L), (17 << 3, 128 * MiB), ((17 << 3) | 1, 144 * MiB), (18 << 3, 256 * MiB), ((20 << 3) | 7, 1920 * MiB), (21 << 3, 2048 * MiB) })
            yield return new TestCaseData(Frame(0, [(byte)descriptor]), window).SetArgDisplayNames($"window descriptor of {window} bytes");
        yield return new TestCaseData(Frame(0xa0, Little(200 * MiB, 4)), 200 * MiB).SetArgDisplayNames("single segment of 200 MiB");
        yield return new TestCaseData(Frame(0xe0, Little(300 * MiB, 8)), 300 * MiB).SetArgDisplayNames("single segment of 300 MiB, 8 bytes");
        yield return new TestCaseData(Skippable(Frame(0, [18 << 3])), 256 * MiB).SetArgDisplayNames("after a skippable frame");
        yield return new TestCaseData((byte[])[.. Frame(0, [0]), .. Frame(0, [18 << 3])], 256 * MiB).SetArgDisplayNames("in the second frame");
        yield return new TestCaseData((byte[])[.. Frame(0, [0]), .. Skippable([.. Frame(0, [0]), .. Frame(0, [18 << 3])])], 256 * MiB).SetArgDisplayNames("in the last of many");
    }

    [TestCaseSource(nameof(Windows))]
    public void A_window_is_refused_above_the_limit_and_only_there(byte[] blob, long window)
    {
        foreach (var limit in new[] { 1024, 127 * MiB, CompressionOptions.DefaultMaxZstdWindowBytes, window - 1, window, CompressionOptions.LargestZstdWindowBytes }.Where(l => l >= 1024))
        {
            var error = Read(blob, limit);
            if (window <= limit)
            {
                Assert.That(error, Is.Not.InstanceOf<LimitExceededException>(), $"limit {limit}: {error}");
                continue;
            }

            Assert.That(error, Is.InstanceOf<LimitExceededException>(), $"limit {limit}");
            Assert.That(error!.Message, Does.Contain("window").And.Contain($"{window}").And.Contain($"CompressionOptions.MaxZstdWindowBytes = {limit}").And.Not.Contain("damaged"));
        }
    }

    [Test]
    public void What_zstd_wrote_with_long_28_is_read_where_the_limit_allows_it()
    {
        var blob = File.ReadAllBytes(Path.Combine(LayoutFixture.Path("cases"), "z07-long28", "layer.zst"));

        Assert.That(Read(blob, CompressionOptions.DefaultMaxZstdWindowBytes), Is.InstanceOf<LimitExceededException>().With.Property(nameof(LimitExceededException.Actual)).EqualTo(256 * MiB));
        Assert.That(Read(blob, 256 * MiB), Is.Null);
    }

    [TestCase(1023)]
    [TestCase((2L << 30) + 1)]
    [TestCase(-1)]
    public void A_limit_out_of_range_is_refused(long limit) => Assert.That(
        () => new ZstdCodec(new CompressionOptions { MaxZstdWindowBytes = limit }),
        Throws.InstanceOf<RegistryCacheException>().With.Property(nameof(RegistryCacheException.Code)).EqualTo(RegistryCacheErrorCode.InvalidOptions));

    [Test]
    public void Damage_is_still_called_damage()
    {
        var blob = Frame(0, [0]);
        blob[^1] ^= 0x40;

        Assert.That(Read(blob[..^1], 1024), Is.InstanceOf<LayerFormatException>().With.Message.Contains("cut off"));
        Assert.That(Read([.. Frame(0, [0]), 1, 2, 3, 4, 5], 1024), Is.InstanceOf<LayerFormatException>());
    }

    private static IEnumerable<TestCaseData> Unsupported()
    {
        static TestCaseData Case(string name, params byte[] head) => new TestCaseData(name, head).SetArgDisplayNames(name);

        yield return Case("bzip2", "BZh91AY&SY"u8.ToArray());
        yield return Case("bzip2", [.. "BZh9"u8, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0, 0, 0, 0]);
        yield return Case("xz", 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4);
        yield return Case("lzma", 0x5d, 0, 0, 0x80, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0);
        yield return Case("lz4", 4, 0x22, 0x4d, 0x18, 0x64, 0x40);
        yield return Case("lzip", [.. "LZIP"u8, 1, 0x17]);
        yield return Case("compress", 0x1f, 0x9d, 0x90);
    }

    [TestCaseSource(nameof(Unsupported))]
    public void A_compression_that_has_no_codec_is_named(string name, byte[] head)
    {
        byte[] blob = [.. head, .. new byte[600]];
        var layer = new Descriptor(MediaTypes.OciLayer, Digest.OfBytes(blob), blob.Length);

        var read = Assert.CatchAsync<LayerFormatException>(() => LayerReader.OpenAsync(layer, BlobSource.FromBytes(blob), new LayerCodecSet(LayerCodecs.All()), null, CancellationToken.None))!;
        var converted = Assert.CatchAsync<LayerFormatException>(() => new LayerConverter(new LayerCodecSet(LayerCodecs.All())).ConvertAsync(
            layer, BlobSource.FromBytes(blob), new LayerConversionRequest(LayerCompression.Gzip, Force: true), CancellationToken.None))!;

        foreach (var error in new[] { read, converted })
        {
            Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.UnsupportedCompression));
            Assert.That(error.Message, Does.Contain("unsupported compression: " + name));
        }
    }

    [Test]
    public async Task A_tar_whose_first_name_looks_like_another_compression_is_a_tar()
    {
        var tar = new RawTar().File("BZh91AY&SY").End();
        var layer = new Descriptor(MediaTypes.OciLayer, Digest.OfBytes(tar), tar.Length);

        await using var stream = await LayerReader.OpenAsync(layer, BlobSource.FromBytes(tar), new LayerCodecSet(LayerCodecs.All()), null, CancellationToken.None);

        Assert.That(stream.Compression, Is.EqualTo(LayerCompression.Uncompressed));
    }

    [Test]
    public async Task Whatever_xz_and_bzip2_write_is_named([Values("xz", "bzip2")] string program)
    {
        var blob = await OutsideTool.RunAsync(program, ["-c"], RandomTar.Create(seed: 2));
        var layer = new Descriptor(MediaTypes.OciLayerGzip, Digest.OfBytes(blob), blob.Length);

        Assert.That(
            async () => await LayerReader.OpenAsync(layer, BlobSource.FromBytes(blob), new LayerCodecSet(LayerCodecs.All()), null, CancellationToken.None),
            Throws.InstanceOf<LayerFormatException>().With.Message.Contains("unsupported compression: " + program));
    }

    [Test]
    public async Task A_gzip_bomb_meets_the_default_ratio_and_the_error_has_its_number()
    {
        var bomb = new MemoryStream();
        var layer = await new GzipCodec().EncodeAsync(new MemoryStream(new byte[64 * MiB]), bomb, new LayerEncodeOptions { Level = 9 }, CancellationToken.None);
        Assert.That(64 * MiB / layer.Size, Is.GreaterThan(500), "zeros must be a bomb by default");
        var options = new LayerOptions { RatioGraceBytes = MiB };

        await using var stream = await LayerReader.OpenAsync(layer.ToDescriptor(), BlobSource.FromBytes(bomb.ToArray()), new LayerCodecSet(LayerCodecs.All()), options, CancellationToken.None);
        var error = Assert.CatchAsync<LimitExceededException>(() => stream.CopyToAsync(Stream.Null))!;

        Assert.That((error.LimitName, error.Limit), Is.EqualTo(("LayerOptions.MaxRatio", 500L)));
        Assert.That(error.Actual, Is.InRange(500, 1032));
    }

    /// <summary>A frame with a header of our choice and one empty last block.</summary>
    private static byte[] Frame(byte flags, byte[] header) => [0x28, 0xb5, 0x2f, 0xfd, flags, .. header, 1, 0, 0];

    private static byte[] Skippable(byte[] then) => [0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3, .. then];

    private static byte[] Little(long value, int length)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes[..length];
    }

    private static Exception? Read(byte[] blob, long limit)
    {
        try
        {
            using var whole = new ZstdCodec(new CompressionOptions { MaxZstdWindowBytes = limit }).OpenDecoder(new MemoryStream(blob));
            whole.CopyTo(Stream.Null);
            return null;
        }
        catch (RegistryCacheException e)
        {
            return e;
        }
    }
}
