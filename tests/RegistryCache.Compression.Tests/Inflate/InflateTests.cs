using System.IO.Compression;
using System.Text;
using RegistryCache.Compression.Gzip;

namespace RegistryCache.Compression.Tests.Inflate;

/// <summary>Our decoder against the framework's encoder and decoder.</summary>
[TestFixture]
public sealed class InflateTests
{
    private static IEnumerable<TestCaseData> Shapes()
    {
        var random = new Random(42);
        yield return Shape("nothing", []);
        yield return Shape("one byte", [7]);
        yield return Shape("zeros", new byte[700_000]);
        yield return Shape("random bytes", RandomBytes(random, 300_000, 256));
        yield return Shape("few symbols", RandomBytes(random, 150_000, 3));
        yield return Shape("text", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 40_000).Select(n => $"{n * n % 977} bottles, "))));
        yield return Shape("all code lengths", Skewed(random, 150_000));
        yield return Shape("far matches", [.. Enumerable.Repeat(RandomBytes(random, 32_000, 256), 12).SelectMany(part => part)]);
        yield return Shape("short distances", ShortDistances(random));
        yield return Shape("a mixture", [.. RandomBytes(random, 70_000, 256), .. new byte[70_000], .. Skewed(random, 70_000), .. ShortDistances(random), .. RandomBytes(random, 70_000, 20)]);
    }

    [TestCaseSource(nameof(Shapes))]
    public Task The_usual_levels_decode_to_what_was_encoded(byte[] content) => AssertDecodesAsync(content, 1, 6);

    [TestCaseSource(nameof(Shapes))]
    [Category("Slow")]
    public Task Every_level_and_strategy_decodes_to_what_was_encoded(byte[] content) => AssertDecodesAsync(content, [.. Enumerable.Range(0, 10)]);

    private static async Task AssertDecodesAsync(byte[] content, params int[] levels)
    {
        foreach (var level in levels)
        {
            foreach (var strategy in level is 1 or 6 or 9 ? Enum.GetValues<ZLibCompressionStrategy>() : [ZLibCompressionStrategy.Default])
            {
                var decoding = await Decoding.OfOursAsync(Decoding.Compress(content, level, strategy), read: 50_000);
                Assert.That(decoding.Error, Is.Null, $"level {level}, {strategy}");
                Assert.That(decoding.Content.AsSpan().SequenceEqual(content), $"level {level}, {strategy}");
            }
        }
    }

    [TestCaseSource(nameof(Shapes))]
    public Task Pieces_do_not_matter_at_the_usual_level(byte[] content) => AssertPiecesDoNotMatterAsync(content, [6], [(39, 999), (41, 100_000), (65_535, 131_071)]);

    [TestCaseSource(nameof(Shapes))]
    [Category("Slow")]
    public Task Neither_the_pieces_of_the_blob_nor_those_of_the_reader_matter(byte[] content) => AssertPiecesDoNotMatterAsync(
        content, [0, 1, 6], [(1, 4096), (int.MaxValue, 1), (7, 13), (39, 999), (41, 100_000), (4096, 262_144), (65_535, 131_071)]);

    private static async Task AssertPiecesDoNotMatterAsync(byte[] content, int[] levels, (int Piece, int Read)[] pieces)
    {
        foreach (var level in levels)
        {
            var blob = Decoding.Compress(content, level);
            foreach (var (piece, read) in pieces)
            {
                var decoding = await Decoding.OfOursAsync(blob, piece, read);
                Assert.That(decoding.Error, Is.Null, $"level {level}, {piece}, {read}");
                Assert.That(decoding.Content.AsSpan().SequenceEqual(content), $"level {level}, {piece}, {read}");
            }
        }
    }

    [TestCase(0, 60)]
    [TestCase(60, 200, Category = "Slow")]
    [Category("Slow")]
    public async Task Random_dynamic_blocks_decode_as_the_framework_decodes_them(int firstSeed, int endSeed)
    {
        for (var seed = firstSeed; seed < endSeed; seed++)
        {
            var blob = new RandomBlocks(seed).Create(out var content);
            var framework = Decoding.OfFramework(new GZipStream(new MemoryStream(blob), CompressionMode.Decompress));
            var ours = await Decoding.OfOursAsync(blob, piece: seed % 2 == 0 ? int.MaxValue : 1 + (seed * 37 % 5000), read: 1 + (seed * 101 % 70_000));
            Assert.That(framework.Error, Is.Null, $"seed {seed}: the blob is right");
            Assert.That(ours.Error, Is.Null, $"seed {seed}");
            Assert.That(ours.Content.AsSpan().SequenceEqual(content), $"seed {seed}");
            Assert.That(framework.Content.AsSpan().SequenceEqual(content), $"seed {seed}");
        }

        TestContext.Out.WriteLine($"Seeds {firstSeed} to {endSeed - 1}.");
    }

    [Test]
    public void Synchronous_reading_works_as_well()
    {
        var content = RandomBytes(new Random(5), 200_000, 9);
        using var stream = new GzipDecodeStream(new MemoryStream(Decoding.Compress(content, level: 6)));
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        Assert.That(copy.ToArray().AsSpan().SequenceEqual(content));
    }

    [Test]
    public void A_stream_that_was_closed_gives_nothing_more_and_closes_the_blob()
    {
        var blob = new MemoryStream(Decoding.Compress(new byte[100_000], level: 6));
        var stream = new GzipDecodeStream(blob);
        Assert.That(stream.ReadByte(), Is.Zero);
        stream.Dispose();
        stream.Dispose();
        Assert.That(() => stream.ReadByte(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(blob.CanRead, Is.False);
    }

    [Test]
    public async Task A_read_that_was_cancelled_can_be_done_again()
    {
        var content = RandomBytes(new Random(6), 300_000, 256);
        await using var stream = new GzipDecodeStream(new PieceStream(Decoding.Compress(content, level: 6), piece: 1000));
        using var copy = new MemoryStream();
        var buffer = new byte[70_000];
        Assert.That(async () => await stream.ReadAsync(buffer, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        int count;
        while ((count = await stream.ReadAsync(buffer)) > 0)
            copy.Write(buffer, 0, count);
        Assert.That(copy.ToArray().AsSpan().SequenceEqual(content));
    }

    private static TestCaseData Shape(string name, byte[] content) => new TestCaseData(content).SetArgDisplayNames(name);

    private static byte[] RandomBytes(Random random, int length, int symbols)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = (byte)random.Next(symbols);
        return bytes;
    }

    /// <summary>Each symbol half as frequent as the one before, which makes the longest codewords.</summary>
    private static byte[] Skewed(Random random, int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = (byte)Math.Min(255, (int)(-Math.Log2(1 - random.NextDouble()) * 1.3) + (random.Next(50) == 0 ? random.Next(200) : 0));
        return bytes;
    }

    private static byte[] ShortDistances(Random random)
    {
        var bytes = new List<byte>();
        for (var round = 0; round < 40; round++)
        {
            for (var distance = 1; distance <= 40; distance++)
            {
                bytes.AddRange(RandomBytes(random, distance, 256));
                for (var length = random.Next(3, 300); length > 0; length--)
                    bytes.Add(bytes[^distance]);
            }
        }

        return [.. bytes];
    }
}
