using System.IO.Compression;

namespace RegistryCache.Compression.Tests.Inflate;

/// <summary>
/// Each rule of deflate broken by hand, near the end of the blob (looked at bit by bit) and far from it (in the fast loop). The
/// framework, which is zlib, must refuse the same.
/// </summary>
[TestFixture]
public sealed class RefusedDeflateTests
{
    private static readonly (int Symbol, int Length)[] OneAndTwo = [(0, 2), (1, 2), (2, 2), (18, 2)];

    private static IEnumerable<TestCaseData> Broken()
    {
        yield return Case("a block type that does not exist", new BitStream().Header(type: 3), "type");
        yield return Case("a stored block whose lengths differ", new BitStream().Header(type: 0).Align().Bits(5, 16).Bits(5, 16), "stored block");
        yield return Case("length symbol 286", new BitStream().Header(type: 1).Fixed('a').Fixed(286).Code(0, 5), "has no meaning");
        yield return Case("length symbol 287", new BitStream().Header(type: 1).Fixed('a').Fixed(287).Code(0, 5), "has no meaning");
        yield return Case("distance symbol 30", new BitStream().Header(type: 1).Fixed('a').Fixed(257).Code(30, 5), "has no meaning");
        yield return Case("distance symbol 31", new BitStream().Header(type: 1).Fixed('a').Fixed(257).Code(31, 5), "has no meaning");
        yield return Case("a match at the beginning", new BitStream().Header(type: 1).Fixed(257).Code(0, 5), "before the data");
        yield return Case("a match one byte too far back", new BitStream().Header(type: 1).Fixed('a').Fixed('b').Fixed(257).Code(2, 5), "before the data");
        yield return Case("287 literal and length symbols", new BitStream().Dynamic(287, 1, OneAndTwo), "more symbols");
        yield return Case("31 distance symbols", new BitStream().Dynamic(257, 31, OneAndTwo), "more symbols");
        yield return Case("no code lengths' code", new BitStream().Dynamic(257, 1), "code lengths");
        yield return Case("one codeword for the code lengths", new BitStream().Dynamic(257, 1, (1, 1)), "code lengths");
        yield return Case("an incomplete code lengths' code", new BitStream().Dynamic(257, 1, (0, 2), (1, 2), (18, 2)), "code lengths");
        yield return Case("too many codewords for the code lengths", new BitStream().Dynamic(257, 1, (0, 1), (1, 1), (18, 1)), "code lengths");
        yield return Case("a repetition before the first length", new BitStream().Dynamic(257, 1, (0, 1), (16, 1)).Code(1, 1).Bits(0, 2), "before the first");
        yield return Case("a repetition beyond the last length", Zeros(new BitStream().Dynamic(257, 1, OneAndTwo), 256).Code(3, 2).Bits(0, 7), "more code lengths");
        yield return Case("no codeword for the end of the block", Zeros(new BitStream().Dynamic(257, 1, OneAndTwo).Code(1, 2).Code(1, 2), 255).Code(0, 2), "for its end");
        yield return Case("an incomplete literal code", Zeros(new BitStream().Dynamic(257, 1, OneAndTwo).Code(2, 2), 255).Code(2, 2).Code(1, 2), "literals");
        yield return Case("one literal codeword of two bits", Zeros(new BitStream().Dynamic(257, 1, OneAndTwo), 256).Code(2, 2).Code(1, 2), "literals");
        yield return Case("too many literal codewords", Zeros(new BitStream().Dynamic(257, 1, OneAndTwo).Code(1, 2).Code(1, 2), 254).Code(1, 2).Code(1, 2), "literals");
        yield return Case("one distance codeword of two bits", Zeros(new BitStream().Dynamic(257, 1, OneAndTwo).Code(1, 2), 255).Code(1, 2).Code(2, 2), "distances");
        yield return Case("an incomplete distance code", Zeros(new BitStream().Dynamic(257, 2, OneAndTwo).Code(1, 2), 255).Code(1, 2).Code(2, 2).Code(2, 2), "distances");
        yield return Case("too many distance codewords", Zeros(new BitStream().Dynamic(257, 3, OneAndTwo).Code(1, 2), 255).Code(1, 2).Code(1, 2).Code(1, 2).Code(1, 2), "distances");
        yield return Case("the other bit of the only distance codeword", OneDistance().Code(0, 2).Code(3, 2).Code(1, 1), "has no meaning");
        yield return Case("a match without any distance code", OneDistance(distanceLength: 0).Code(0, 2).Code(3, 2), "has no meaning");
        yield return Case("the other bit of the only literal codeword", Zeros(new BitStream().Dynamic(257, 1, OneAndTwo), 256).Code(1, 2).Code(1, 2).Code(1, 1), "has no meaning");
    }

    [TestCaseSource(nameof(Broken))]
    public async Task What_zlib_refuses_is_refused(byte[] blob, byte[] longBlob, string reason)
    {
        foreach (var (bytes, piece) in new[] { (blob, int.MaxValue), (longBlob, int.MaxValue), (longBlob, 1) })
        {
            var decoding = await Decoding.OfOursAsync(bytes, piece);
            Assert.That(decoding.Error, Does.Contain(reason));
        }

        Assert.That(Decoding.OfFramework(new GZipStream(new MemoryStream(longBlob), CompressionMode.Decompress)).Error, Is.Not.Null);
    }

    [Test]
    public async Task What_was_decoded_before_the_damage_comes_out_first()
    {
        var decoding = await Decoding.OfOursAsync(new BitStream().Header(type: 1).Fixed('a').Fixed('b').Fixed(286).Member(surplus: 100));
        Assert.That(decoding.Content, Is.EqualTo("ab"u8.ToArray()));
        Assert.That(decoding.Error, Is.Not.Null);
    }

    [Test]
    public async Task A_single_distance_codeword_is_allowed()
    {
        // "a", then a match of length three at distance one, then the end.
        var blob = OneDistance().Code(0, 2).Code(3, 2).Code(0, 1).Code(2, 2).Member("aaaa"u8.ToArray());
        var decoding = await Decoding.OfOursAsync(blob);
        Assert.That(decoding.Error, Is.Null);
        Assert.That(decoding.Content, Is.EqualTo("aaaa"u8.ToArray()));
        Assert.That(Decoding.OfFramework(new GZipStream(new MemoryStream(blob), CompressionMode.Decompress)).Content, Is.EqualTo(decoding.Content));
    }

    [Test]
    public async Task A_block_may_hold_nothing_but_its_end()
    {
        var blob = Zeros(new BitStream().Dynamic(257, 1, OneAndTwo), 256).Code(1, 2).Code(0, 2).Code(0, 1).Member([]);
        Assert.That(await Decoding.OfOursAsync(blob), Has.Property(nameof(Decoding.Error)).Null);
        Assert.That(Decoding.OfFramework(new GZipStream(new MemoryStream(blob), CompressionMode.Decompress)).Error, Is.Null);
    }

    [Test]
    public async Task A_match_may_go_back_32_KiB_and_no_further_than_its_member()
    {
        var bits = new BitStream().Header(type: 0, isLast: false).Align().Bits(32768, 16).Bits(32767, 16);
        var content = new byte[32768];
        new Random(3).NextBytes(content);
        foreach (var b in content)
            bits.Bits(b, 8);

        // Distance symbol 29 begins at 24577; length symbol 285 is 258.
        bits.Header(type: 1).Fixed(285).Code(29, 5).Bits(32768 - 24577, 13).Fixed(256);
        var blob = bits.Member([.. content, .. content.AsSpan(0, 258)]);
        Assert.That((await Decoding.OfOursAsync(blob)).Error, Is.Null);

        var second = new BitStream().Header(type: 1).Fixed(257).Code(0, 5).Fixed(256).Member(surplus: 60);
        var decoding = await Decoding.OfOursAsync([.. blob, .. second]);
        Assert.That(decoding.Error, Does.Contain("before the data"));
        Assert.That(decoding.Content, Has.Length.EqualTo(32768 + 258));
    }

    private static TestCaseData Case(string name, BitStream bits, string reason) =>
        new TestCaseData(bits.Member(surplus: 8), bits.Member(surplus: 3000), reason).SetArgDisplayNames(name);

    /// <summary>Code lengths of zero, with the code of <see cref="OneAndTwo"/>: 18 is its fourth codeword and 0 its first.</summary>
    private static BitStream Zeros(BitStream bits, int count)
    {
        for (; count >= 11; count -= Math.Min(count, 138))
            bits.Code(3, 2).Bits(Math.Min(count, 138) - 11, 7);
        for (; count > 0; count--)
            bits.Code(0, 2);
        return bits;
    }

    /// <summary>A block with the codewords 0 to 3, of two bits, for "a", "b", its end and a match of three bytes, and one distance codeword or none.</summary>
    private static BitStream OneDistance(int distanceLength = 1) =>
        Zeros(Zeros(new BitStream().Dynamic(258, 1, OneAndTwo), 'a').Code(2, 2).Code(2, 2), 256 - 'b' - 1).Code(2, 2).Code(2, 2).Code(distanceLength, 2);
}
