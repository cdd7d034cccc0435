using System.IO.Hashing;
using RegistryCache.Compression.Gzip;
using RegistryCache.Fixtures;

namespace RegistryCache.Compression.Tests.Inflate;

/// <summary>The bytes around the deflate data: headers, trailers, and the end of the blob.</summary>
[TestFixture]
public sealed class GzipMemberTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 5000).Select(n => (byte)(n * n / 7))];
    private static readonly byte[] Plain = Decoding.Compress(Content, level: 6);

    [Test]
    public async Task Members_follow_one_another()
    {
        byte[] empty = Decoding.Compress([], level: 6);
        byte[] blob = [.. empty, .. Plain, .. WithHeader(0x1f), .. empty, .. Decoding.Compress(new byte[200_000], level: 0), .. Plain];
        foreach (var piece in new[] { 1, 10, int.MaxValue })
        {
            var decoding = await Decoding.OfOursAsync(blob, piece);
            Assert.That(decoding.Error, Is.Null);
            Assert.That(decoding.Content.AsSpan().SequenceEqual((byte[])[.. Content, .. Content, .. new byte[200_000], .. Content]));
        }
    }

    [Test]
    public async Task Every_combination_of_header_fields_is_read()
    {
        for (var flags = 0; flags < 0x20; flags++)
            Assert.That((await Decoding.OfOursAsync(WithHeader((byte)flags), piece: 1 + flags)).Content, Same.BytesAs(Content), $"flags {flags:x2}");
    }

    [TestCase(0x20)]
    [TestCase(0x40)]
    [TestCase(0x80)]
    public async Task Flags_that_do_not_exist_are_refused(int flag) =>
        Assert.That((await Decoding.OfOursAsync(WithHeader((byte)flag))).Error, Does.Contain("flags"));

    [Test]
    public async Task A_wrong_header_checksum_is_refused()
    {
        var blob = WithHeader(0x1f);
        blob[4] ^= 1;
        Assert.That((await Decoding.OfOursAsync(blob)).Error, Does.Contain("header does not match its checksum"));
    }

    [Test]
    public async Task A_name_without_end_is_refused_and_not_kept()
    {
        byte[] blob = [.. Plain.AsSpan(0, 3), 0x08, .. Plain.AsSpan(4, 6), .. Enumerable.Repeat((byte)'n', 300_000)];
        Assert.That((await Decoding.OfOursAsync(blob)).Error, Does.Contain("unterminated"));
    }

    [Test]
    public async Task Another_method_is_refused()
    {
        byte[] blob = [.. Plain];
        blob[2] = 7;
        Assert.That((await Decoding.OfOursAsync(blob)).Error, Does.Contain("method"));
    }

    [TestCase(0, "checksum")]
    [TestCase(3, "checksum")]
    [TestCase(4, "length")]
    [TestCase(7, "length")]
    public async Task A_wrong_trailer_is_refused(int at, string reason)
    {
        byte[] blob = [.. Plain];
        blob[^(8 - at)] ^= 0x10;
        var decoding = await Decoding.OfOursAsync(blob);
        Assert.That(decoding.Error, Does.Contain(reason));
        Assert.That((await Decoding.OfOursAsync([.. blob, .. Plain])).Error, Does.Contain(reason), "in a member that is not the last");
    }

    [Test]
    [Category("Slow")]
    public async Task A_blob_cut_anywhere_is_refused_and_the_error_says_that_it_is_cut()
    {
        byte[] blob = [.. WithHeader(0x1f), .. Decoding.Compress(Content, level: 0), .. WithHeader(0x04)];
        for (var length = 1; length < blob.Length; length++)
        {
            var decoding = await Decoding.OfOursAsync(blob[..length], piece: 1 + (length % 700));
            if (length == WithHeader(0x1f).Length || length == blob.Length - WithHeader(0x04).Length)
                Assert.That(decoding.Error, Is.Null, "a cut between members leaves a whole blob");
            else
                Assert.That(decoding.Error, Does.Contain("cut off"), $"cut to {length}");
        }
    }

    [Test]
    public async Task Anything_after_the_last_member_is_refused()
    {
        foreach (byte[] surplus in new byte[][] { [0], new byte[512], new byte[100_000], [1], [0x1f, 0x00], "PK"u8.ToArray() })
            Assert.That((await Decoding.OfOursAsync([.. Plain, .. surplus])).Error, Does.Contain("last member"));
    }

    [Test]
    public async Task Nothing_at_all_is_refused_unless_it_is_allowed()
    {
        Assert.That((await Decoding.OfOursAsync([])).Error, Does.Contain("empty"));
        Assert.That((await Decoding.OfOursAsync("tar"u8.ToArray())).Error, Does.Contain("does not begin"));
        await using var stream = new GzipDecodeStream(Stream.Null, mayBeEmpty: true);
        Assert.That(await stream.ReadAsync(new byte[1]), Is.Zero);
    }

    [Test]
    public async Task An_error_is_raised_again_by_each_further_read()
    {
        await using var stream = new GzipDecodeStream(new MemoryStream("tar"u8.ToArray()));
        for (var n = 0; n < 3; n++)
            Assert.That(async () => await stream.ReadAsync(new byte[10]), Throws.Exception.With.Message.Contains("does not begin"));
    }

    private static byte[] WithHeader(byte flags)
    {
        var header = new List<byte> { 0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 5, 6 };
        if ((flags & 0x04) != 0)
            header.AddRange([0x2c, 0x01, .. Enumerable.Range(0, 300).Select(n => (byte)n)]);
        if ((flags & 0x08) != 0)
            header.AddRange("a name\0"u8);
        if ((flags & 0x10) != 0)
            header.AddRange([.. Enumerable.Repeat((byte)'c', 1000), 0]);
        if ((flags & 0x02) != 0)
            header.AddRange(BitConverter.GetBytes(Crc32.HashToUInt32([.. header])).AsSpan(0, 2));
        return [.. header, .. Plain.AsSpan(10)];
    }
}
