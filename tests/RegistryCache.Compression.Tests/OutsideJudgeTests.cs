using RegistryCache.Compression.Zstd;
using RegistryCache.Core.Layers;
using RegistryCache.Fixtures.Tars;
using RegistryCache.Layers;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Compression.Tests;

/// <summary>This library's output, read by independent programs.</summary>
[TestFixture]
[Category("Integration")]
public sealed class OutsideJudgeTests
{
    [Test]
    public async Task Gzip_accepts_and_decodes_our_blobs([Values("gzip", "estargz")] string name, [Values(0, 1, 6, 9)] int level)
    {
        var (tar, blob, end) = await EncodeAsync(name, level);

        await OutsideTool.RunAsync("gzip", ["-t"], blob);
        var decoded = await OutsideTool.RunAsync("gzip", ["-dc"], blob);

        Assert.That(decoded.AsSpan(0, tar.Length).SequenceEqual(tar));
        if (end is { } offset)
            Assert.That((await OutsideTool.RunAsync("gzip", ["-dc"], blob[..(int)offset])).AsSpan().SequenceEqual(tar));
    }

    [Test]
    public async Task Zstd_accepts_and_decodes_our_blobs([Values(1, 3, 10, 19)] int level)
    {
        var (tar, blob, _) = await EncodeAsync("zstd", level);

        await OutsideTool.RunAsync("zstd", ["-t", "-q"], blob);
        var decoded = await OutsideTool.RunAsync("zstd", ["-dc", "-q", "--memory=8MB"], blob);

        Assert.That(decoded.AsSpan().SequenceEqual(tar));
    }

    [TestCase("gzip", "--gzip")]
    [TestCase("estargz", "--gzip")]
    [TestCase("zstd", "--zstd")]
    [TestCase("uncompressed", null)]
    public async Task Tar_lists_the_same_entries_as_in_the_tar_we_were_given(string name, string? option)
    {
        var (tar, blob, _) = await EncodeAsync(name, level: null);
        var expected = await OutsideTool.RunAsync("tar", ["-tvf", "-"], tar);

        var actual = await OutsideTool.RunAsync("tar", option is null ? ["-tvf", "-"] : [option, "-tvf", "-"], blob);

        Assert.That(actual, Is.EqualTo(expected));
        Assert.That(expected, Is.Not.Empty);
    }

    [Test]
    public async Task We_read_what_gzip_pigz_and_zstd_write()
    {
        var tar = RandomTar.Create(seed: 40, entries: 20, maxFileLength: 400_000);
        foreach (var (program, arguments) in new (string, string[])[] { ("gzip", ["-c"]), ("zstd", ["-c", "-q"]), ("zstd", ["-19", "--long=27", "-c", "-q"]) })
        {
            var blob = await OutsideTool.RunAsync(program, arguments, tar);
            var codec = new LayerCodecSet(LayerCodecs.All()).Get(LayerCompression.FromName(program));
            await using var decoder = codec.OpenDecoder(new MemoryStream(blob));
            using var decoded = new MemoryStream();
            await decoder.CopyToAsync(decoded);
            Assert.That(decoded.ToArray().AsSpan().SequenceEqual(tar), program);
        }
    }

    [Test]
    public async Task We_read_the_largest_window_that_zstd_writes_only_where_the_option_allows_it()
    {
        var tar = RandomTar.Create(seed: 42, entries: 20, maxFileLength: 100_000);

        // From a pipe zstd does not know the size, so the frame asks for the whole window: no single segment, exponent 31.
        var blob = await OutsideTool.RunAsync("zstd", ["--ultra", "--long=31", "-c", "-q"], tar);
        Assert.That(blob[4] & 0x20, Is.Zero, "single segment");
        Assert.That(blob[5], Is.EqualTo((31 - 10) << 3), "the window of the frame is 2 GiB");

        var refused = Assert.ThrowsAsync<LimitExceededException>(() => ReadAsync(CompressionOptions.DefaultMaxZstdWindowBytes))!;
        var tooSmall = Assert.ThrowsAsync<LimitExceededException>(() => ReadAsync((2L << 30) - 1))!;
        foreach (var error in new[] { refused, tooSmall })
            Assert.That(error.Message, Does.Contain("window").And.Contain("2147483648").And.Contain("CompressionOptions.MaxZstdWindowBytes").And.Not.Contain("damaged"));
        Assert.That((await ReadAsync(CompressionOptions.LargestZstdWindowBytes)).AsSpan().SequenceEqual(tar));

        async Task<byte[]> ReadAsync(long limit)
        {
            await using var decoder = new ZstdCodec(new CompressionOptions { MaxZstdWindowBytes = limit }).OpenDecoder(new MemoryStream(blob));
            using var decoded = new MemoryStream();
            await decoder.CopyToAsync(decoded);
            return decoded.ToArray();
        }
    }

    private static async Task<(byte[] Tar, byte[] Blob, long? TarEnd)> EncodeAsync(string name, int? level)
    {
        var tar = RandomTar.Create(seed: 41, entries: 60, maxFileLength: 300_000);
        var codec = new LayerCodecSet(LayerCodecs.All()).Get(LayerCompression.FromName(name));
        using var blob = new MemoryStream();
        var layer = await codec.EncodeAsync(new MemoryStream(tar), blob, new LayerEncodeOptions { Level = level }, CancellationToken.None);
        var end = await codec.FindTarEndAsync(new LayerProbe(layer.ToDescriptor(), new MemoryRanges(blob.ToArray())), CancellationToken.None);
        return (tar, blob.ToArray(), end);
    }
}
