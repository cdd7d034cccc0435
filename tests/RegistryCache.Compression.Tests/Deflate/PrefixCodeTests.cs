using RegistryCache.Compression.Deflate;

namespace RegistryCache.Compression.Tests.Deflate;

[TestFixture]
public sealed class PrefixCodeTests
{
    [Test]
    public void Code_words_fill_the_room_exactly_and_rarer_symbols_get_no_shorter_ones()
    {
        const int Seed = 99;
        TestContext.Out.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        var code = new PrefixCode(DeflateFormat.LiteralSymbols, DeflateFormat.MaxCodeLength);
        for (var round = 0; round < 200; round++)
        {
            var counts = new int[DeflateFormat.LiteralSymbols];
            var used = random.Next(2, counts.Length + 1);
            for (var i = 0; i < used; i++)
                counts[random.Next(counts.Length)] = (int)Math.Pow(2, random.NextDouble() * 20);
            counts[3] = counts[5] = 1;
            code.Build(counts);
            AssertIsCode(code, counts, DeflateFormat.MaxCodeLength);
        }
    }

    [Test]
    public void Without_the_limit_in_the_way_the_code_is_the_best_there_is()
    {
        var random = new Random(17);
        var code = new PrefixCode(20, DeflateFormat.MaxCodeLength);
        for (var round = 0; round < 500; round++)
        {
            var counts = Enumerable.Range(0, 20).Select(_ => random.Next(0, 50)).ToArray();
            counts[0] = counts[1] = 1;
            code.Build(counts);
            Assert.That(counts.Select((count, symbol) => count * code.Lengths[symbol]).Sum(), Is.EqualTo(HuffmanCost(counts)));
        }
    }

    [Test]
    public void Counts_that_ask_for_words_longer_than_allowed_are_held_to_the_limit()
    {
        var counts = new int[DeflateFormat.CodeLengthSymbols];
        var (count, next) = (1, 1);
        for (var symbol = 0; symbol < counts.Length; symbol++)
            (counts[symbol], count, next) = (count, next, count + next);
        var code = new PrefixCode(counts.Length, DeflateFormat.MaxCodeLengthCodeLength);
        code.Build(counts);
        AssertIsCode(code, counts, DeflateFormat.MaxCodeLengthCodeLength);
    }

    [TestCase(-1)]
    [TestCase(0)]
    [TestCase(7)]
    public void A_single_symbol_or_none_makes_a_code_of_two(int symbol)
    {
        var counts = new int[30];
        if (symbol >= 0)
            counts[symbol] = 5;
        var code = new PrefixCode(counts.Length, DeflateFormat.MaxCodeLength);
        code.Build(counts);
        Assert.That(code.Lengths.Count(length => length == 1), Is.EqualTo(2));
        Assert.That(code.Lengths.Sum(length => length), Is.EqualTo(2));
    }

    private static void AssertIsCode(PrefixCode code, int[] counts, int maxLength)
    {
        var lengths = code.Lengths.Select(length => (int)length).ToArray();
        var byCount = Enumerable.Range(0, counts.Length).Where(symbol => counts[symbol] > 0).GroupBy(symbol => counts[symbol]).OrderBy(group => group.Key).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(lengths.Select(length => length > 0), Is.EqualTo(counts.Select(count => count > 0)));
            Assert.That(lengths.Max(), Is.LessThanOrEqualTo(maxLength));
            Assert.That(lengths.Where(length => length > 0).Sum(length => 1L << (maxLength - length)), Is.EqualTo(1L << maxLength));
            Assert.That(byCount.Zip(byCount.Skip(1)).All(pair => pair.First.Min(symbol => lengths[symbol]) >= pair.Second.Max(symbol => lengths[symbol])), Is.True);
        });
    }

    private static int HuffmanCost(int[] counts)
    {
        var queue = new PriorityQueue<int, int>(counts.Where(count => count > 0).Select(count => (count, count)));
        var cost = 0;
        while (queue.Count > 1)
        {
            var joined = queue.Dequeue() + queue.Dequeue();
            cost += joined;
            queue.Enqueue(joined, joined);
        }

        return cost;
    }
}
