using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using RegistryCache.Compression.Deflate;
using RegistryCache.Compression.Pipeline;
using RegistryCache.Fixtures;

namespace RegistryCache.Compression.Tests.Deflate;

/// <summary>What our deflate writes is read by another implementation: the framework's.</summary>
[TestFixture]
public sealed class DeflaterTests
{
    private readonly Deflater _deflater = new();

    private static IEnumerable<int> Levels => Enumerable.Range(0, 10);

    [TestCaseSource(nameof(Levels))]
    public void Every_shape_of_content_comes_back(int level)
    {
        foreach (var (name, content) in DeflateContents.All())
            Assert.That(Inflate(Complete(content, level)), Same.BytesAs(content), name);
    }

    [TestCaseSource(nameof(Levels))]
    public void Every_short_length_comes_back(int level)
    {
        var text = DeflateContents.Text(1100);
        for (var length = 0; length <= text.Length; length += length < 40 ? 1 : 13)
            Assert.That(Inflate(Complete(text[..length], level)), Is.EqualTo(text[..length]), $"{length} bytes");
    }

    [TestCaseSource(nameof(Levels))]
    public void Pieces_that_follow_one_another_come_back_as_one(int level)
    {
        var content = DeflateContents.Mixed(150_000);
        var random = new Random(level);
        using var member = new SegmentedBuffer(ArrayPool<byte>.Shared);
        for (var at = 0; at < content.Length;)
        {
            var length = Math.Min(random.Next(0, 60_000), content.Length - at);
            var history = Math.Min(at, random.Next(0, DeflateFormat.WindowLength + 1));
            _deflater.AppendFlushed(content.AsSpan(at - history, history + length), history, level, member);
            at += length;
        }

        _deflater.AppendComplete([], level, member);
        Assert.That(Inflate(Bytes(member)), Same.BytesAs(content));
    }

    [TestCaseSource(nameof(Levels))]
    [Category("Slow")]
    public void What_was_compressed_before_does_not_show(int level)
    {
        var content = DeflateContents.Mixed(200_000);
        var fresh = Complete(content, level, new Deflater());
        foreach (var (_, other) in DeflateContents.All())
            Complete(other, (level + 4) % 10);
        Assert.That(Complete(content, level), Same.BytesAs(fresh));
    }

    [Test]
    public void More_effort_gives_less()
    {
        var content = DeflateContents.Mixed(600_000);
        var sizes = Levels.Select(level => Complete(content, level).Length).ToArray();
        TestContext.Out.WriteLine(string.Join(' ', sizes));
        Assert.That(sizes, Is.Ordered.Descending);
        Assert.That(sizes, Is.Unique);
    }

    [Test]
    public void The_default_level_is_no_larger_than_the_frameworks()
    {
        var content = DeflateContents.Mixed(600_000);
        Assert.That(Complete(content, 6), Has.Length.LessThanOrEqualTo(Framework(content, 6).Length));
    }

    [TestCaseSource(nameof(Levels))]
    public void Noise_grows_by_no_more_than_the_headers_of_stored_blocks(int level)
    {
        var noise = new byte[1_000_000];
        new Random(7).NextBytes(noise);

        // A block ends at 512 KiB at the latest, and a stored one at 65,535 bytes: five bytes each.
        var blocks = (noise.Length / DeflateFormat.MaxStoredLength) + 4;
        Assert.That(Complete(noise, level), Has.Length.LessThanOrEqualTo(noise.Length + (5 * blocks)));
    }

    /// <summary>
    /// A change of these bytes changes the digest of every blob that users have: it belongs into the changelog, then here. They must be the
    /// same on every platform and processor.
    /// </summary>
    [TestCase(1, "11ccea9ceae6ab27")]
    [TestCase(4, "6198316007673e9d")]
    [TestCase(6, "3f9af5bb8dd6d7e9")]
    [TestCase(9, "5a3d5331d774eb6d")]
    public void The_bytes_stay_what_they_are(int level, string digest)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, content) in DeflateContents.All())
            sha256.AppendData(Complete(content, level));
        Assert.That(Convert.ToHexStringLower(sha256.GetHashAndReset()), Does.StartWith(digest));
    }

    [Test]
    public void Text_after_noise_is_found()
    {
        var noise = new byte[200_000];
        new Random(9).NextBytes(noise);
        var text = DeflateContents.Text(100_000);
        Assert.That(Complete([.. noise, .. text], 6), Has.Length.LessThan(noise.Length + (Complete(text, 6).Length * 102 / 100) + 100));
    }

    [Test]
    public void An_empty_piece_is_an_empty_last_block_or_a_boundary()
    {
        using var flushed = new SegmentedBuffer(ArrayPool<byte>.Shared);
        _deflater.AppendFlushed([], history: 0, level: 6, flushed);
        Assert.Multiple(() =>
        {
            Assert.That(Complete([], 6), Is.EqualTo(new byte[] { 0x03, 0x00 }));
            Assert.That(Bytes(flushed), Is.EqualTo(new byte[] { 0x00, 0x00, 0x00, 0xff, 0xff }));
        });
    }

    [Test]
    public void A_match_reaches_back_into_the_history_as_far_as_the_window_goes()
    {
        var far = new byte[DeflateFormat.WindowLength + 100];
        new Random(3).NextBytes(far);
        far.AsSpan(1, 99).CopyTo(far.AsSpan(DeflateFormat.WindowLength));
        using var output = new SegmentedBuffer(ArrayPool<byte>.Shared);
        _deflater.AppendFlushed(far, DeflateFormat.WindowLength, level: 6, output);
        Assert.That(output.Length, Is.LessThan(30));
    }

    [Test]
    public void Content_that_changes_gets_codes_of_its_own()
    {
        // Two alphabets that do not overlap: with one code for both, each byte costs one bit more.
        var random = new Random(11);
        var content = new byte[200_000];
        for (var i = 0; i < content.Length; i++)
            content[i] = (byte)(random.Next(16) + (i < content.Length / 2 ? 0 : 128));
        Assert.That(Complete(content, 6), Has.Length.LessThan(content.Length * 53 / 100));
    }

    [Test]
    public void Random_pieces_come_back()
    {
        const int Seed = 20261123;
        TestContext.Out.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        for (var round = 0; round < 200; round++)
        {
            var content = DeflateContents.Random(random, random.Next(0, 20_000));
            var level = random.Next(0, 10);
            Assert.That(Inflate(Complete(content, level)), Same.BytesAs(content), $"round {round}, level {level}");
        }
    }

    private byte[] Complete(byte[] content, int level) => Complete(content, level, _deflater);

    private static byte[] Complete(byte[] content, int level, Deflater deflater)
    {
        using var output = new SegmentedBuffer(ArrayPool<byte>.Shared);
        deflater.AppendComplete(content, level, output);
        return Bytes(output);
    }

    private static byte[] Bytes(SegmentedBuffer buffer) => [.. buffer.Written.SelectMany(segment => segment.ToArray())];

    private static byte[] Framework(byte[] content, int level)
    {
        using var output = new MemoryStream();
        using (var deflate = new DeflateStream(output, new ZLibCompressionOptions { CompressionLevel = level }))
            deflate.Write(content);
        return output.ToArray();
    }

    private static byte[] Inflate(byte[] deflated)
    {
        using var inflate = new DeflateStream(new MemoryStream(deflated), CompressionMode.Decompress);
        using var content = new MemoryStream();
        inflate.CopyTo(content);
        return content.ToArray();
    }
}
