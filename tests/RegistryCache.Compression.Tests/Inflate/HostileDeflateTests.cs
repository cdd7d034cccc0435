using System.IO.Compression;
using RegistryCache.Fixtures;

namespace RegistryCache.Compression.Tests.Inflate;

/// <summary>Random damage. The framework's decoder says what is right; no exception but the typed one may come out.</summary>
[TestFixture]
public sealed class HostileDeflateTests
{
    private static readonly byte[] Header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

    private static readonly byte[] NoTrailer = [0xa5, 0x5a, 0xa5, 0x5a, 0x11, 0x22, 0x33, 0x44];

    [TestCase(0, 250)]
    [TestCase(250, 1000, Category = "Slow")]
    [Category("Slow")]
    public async Task Damaged_deflate_data_is_accepted_or_refused_as_by_the_framework_and_gives_the_same_bytes(int firstSeed, int endSeed)
    {
        TestContext.Out.WriteLine($"Seeds {firstSeed} to {endSeed - 1}.");
        var (accepted, refused) = (0, 0);
        var originals = Originals();
        for (var seed = firstSeed; seed < endSeed; seed++)
        {
            var random = new Random(seed);
            byte[] deflate = [.. Mutation.Of(originals[seed % originals.Length], random), .. NoTrailer];
            var framework = Decoding.OfFramework(new DeflateStream(new MemoryStream(deflate), CompressionMode.Decompress));
            var ours = await Decoding.OfOursAsync([.. Header, .. deflate], piece: random.Next(3) == 0 ? 1 + random.Next(50) : int.MaxValue);

            // The trailer is wrong, so what the framework takes for complete must fail for us by checksum or length, and not before.
            // The framework does not always report that the data is cut off.
            Assert.That(ours.Error, Is.Not.Null, $"seed {seed}");
            if (!ours.IsCutOff)
                Assert.That(ours.IsFramingError, Is.EqualTo(framework.Error is null), $"seed {seed}: {ours.Error} {framework.Error}");
            if (framework.Error is null)
                Assert.That(ours.Content.AsSpan().SequenceEqual(framework.Content), $"seed {seed}");
            else
                Assert.That(ours.Content.AsSpan().StartsWith(framework.Content) || framework.Content.AsSpan().StartsWith(ours.Content), $"seed {seed}");
            _ = framework.Error is null ? accepted++ : refused++;
        }

        Assert.That(Math.Min(accepted, refused), Is.GreaterThan(25), "both kinds are among them");
    }

    [Test]
    public async Task No_damage_to_a_blob_goes_unnoticed()
    {
        TestContext.Out.WriteLine("Seeds 0 to 1499.");
        var originals = Originals(trailers: true);
        for (var seed = 0; seed < 1500; seed++)
        {
            var original = originals[seed % originals.Length];
            var blob = Mutation.Of(original, new Random(seed));
            var decoding = await Decoding.OfOursAsync(blob);
            if (decoding.Error is not null)
                continue;
            var framework = Decoding.OfFramework(new GZipStream(new MemoryStream(blob), CompressionMode.Decompress));
            Assert.That(framework.Error, Is.Null, $"seed {seed}");
            var undamaged = (await Decoding.OfOursAsync(original)).Content;
            Assert.That(decoding.Content.AsSpan().SequenceEqual(undamaged), $"seed {seed}: the damage touched no content");
            Assert.That(decoding.Content.AsSpan().SequenceEqual(framework.Content), $"seed {seed}");
        }
    }

    [Test]
    public async Task Any_single_byte_of_a_small_blob_may_be_anything()
    {
        var blob = new RandomBlocks(seed: 6).Create(out _);
        byte[] small = blob.Length < 3000 ? blob : Decoding.Compress([.. Enumerable.Range(0, 3000).Select(n => (byte)(n * n % 251))], level: 6);
        var content = (await Decoding.OfOursAsync(small)).Content;
        for (var at = 0; at < small.Length; at++)
        {
            foreach (var value in new byte[] { 0x00, 0xff, (byte)(small[at] ^ 0x01), (byte)(small[at] ^ 0x80), (byte)~small[at] })
            {
                byte[] damaged = [.. small];
                damaged[at] = value;
                var decoding = await Decoding.OfOursAsync(damaged);
                if (decoding.Error is null)
                    Assert.That(decoding.Content.AsSpan().SequenceEqual(content), $"byte {at} = {value:x2}");
            }
        }
    }

    [Test]
    public async Task Pure_noise_is_refused()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var noise = new byte[2000];
            new Random(seed).NextBytes(noise);
            Assert.That((await Decoding.OfOursAsync([.. Header, .. noise])).Error, Is.Not.Null, $"seed {seed}");
        }
    }

    [Test]
    public async Task Very_many_tiny_blocks_and_members_are_read()
    {
        var bits = new BitStream();
        for (var n = 0; n < 100_000; n++)
            bits.Header(type: 1, isLast: false).Fixed(256).Header(type: 0, isLast: false).Align().Bits(0, 16).Bits(0xffff, 16);
        var blob = bits.Header(type: 1).Fixed('!').Fixed(256).Member("!"u8.ToArray());
        Assert.That((await Decoding.OfOursAsync(blob)).Content, Is.EqualTo("!"u8.ToArray()));

        var member = Decoding.Compress("."u8.ToArray(), level: 6);
        var members = await Decoding.OfOursAsync([.. Enumerable.Repeat(member, 20_000).SelectMany(m => m)]);
        Assert.That(members.Error, Is.Null);
        Assert.That(members.Content, Has.Length.EqualTo(20_000));
    }

    private static byte[][] Originals(bool trailers = false)
    {
        var random = new Random(77);
        var originals = new List<byte[]>();
        foreach (var level in new[] { 0, 1, 6, 9 })
        {
            var content = new byte[random.Next(200, 4000)];
            for (var i = 0; i < content.Length; i++)
                content[i] = i > 50 && random.Next(8) > 0 ? content[i - random.Next(1, 50)] : (byte)random.Next(256);
            originals.Add(Decoding.Compress(content, level));
            originals.Add(Decoding.Compress(content, level, ZLibCompressionStrategy.Fixed));
        }

        for (var seed = 0; originals.Count < 16; seed++)
            originals.Add(new RandomBlocks(seed).Create(out _));
        return [.. originals.Select(blob => trailers ? blob : blob[Header.Length..^8])];
    }
}
