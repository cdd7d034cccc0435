using System.Diagnostics;
using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Tests.Graph;

internal sealed class CacheIndexTests
{
    private static readonly string A = Digest.OfText("a").ToString();
    private static readonly string B = Digest.OfText("b").ToString();
    private static readonly string C = Digest.OfText("c").ToString();

    [TestCase(300)]
    [TestCase(3000, Category = "Slow")]
    public void The_index_agrees_with_the_rules_as_written_on_random_graphs(int graphs)
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (hits, misses) = (0, 0);
        for (var g = 0; g < graphs; g++)
        {
            var graph = LookUpModel.RandomGraph(random);
            var index = new CacheIndex(graph);
            for (var q = 0; q < 12; q++)
            {
                var digest = Digest.OfText($"op{random.Next(7)}").ToString();
                var known = Enumerable.Range(0, random.Next(0, 4)).Select(_ => Known(random, graph)).ToList();

                var found = index.Find(digest, known);

                var expected = LookUpModel.Find(graph, digest, known);
                Assert.That(found, Is.EquivalentTo(expected), $"graph {g}, query {q}");
                Assert.That(Newest(found), Is.EqualTo(Newest(expected)), $"graph {g}, query {q}");
                _ = found.Count > 0 ? hits++ : misses++;
            }
        }

        TestContext.Out.WriteLine($"{hits} matches, {misses} misses");
        Assert.That(hits, Is.GreaterThan(graphs / 3), "the queries must not all miss");
        Assert.That(misses, Is.GreaterThan(graphs / 3), "the queries must not all match");
    }

    [Test]
    public void Every_alternative_of_an_input_leads_to_the_record()
    {
        var builder = new CacheGraphBuilder();
        var (a, b) = (builder.AddSource(A), builder.AddSource(B));
        builder.Add(C, [[(a, ""), new(b, "part")]]);
        var index = new CacheIndex(builder.Build());

        Assert.That(index.Find(C, [Link(index, A)]), Is.Not.Empty);
        Assert.That(index.Find(C, [Link(index, B, "part")]), Is.Not.Empty);
        Assert.That(index.Find(C, [Link(index, B)]), Is.Empty, "a selector is part of the link");
    }

    [Test]
    public void All_inputs_must_lead_to_the_same_record()
    {
        var builder = new CacheGraphBuilder();
        var (a, b) = (builder.AddSource(A), builder.AddSource(B));
        builder.Add(C, [[(a, "")], [(b, "")]]);
        builder.Add(C, [[(b, "")], [(a, "")]]);
        var index = new CacheIndex(builder.Build());

        Assert.That(index.Graph.Records, Has.Length.EqualTo(4));
        Assert.That(index.Find(C, Link(index, A), Link(index, B)), Has.Exactly(1).Items);
        Assert.That(index.Find(C, Link(index, A), Link(index, A)), Is.Empty, "each input matches, but never one record");
    }

    [Test]
    public void The_newest_result_wins_over_all_matching_records_and_the_first_of_equals()
    {
        var builder = new CacheGraphBuilder();
        var (a, b) = (builder.AddSource(A), builder.AddSource(B));
        builder.Add(C, [[(a, "")]], new CacheResult(null, CacheTime.FromUnix(5)), new CacheResult(null, CacheTime.FromUnix(9)));
        builder.Add(C, [[(b, "")]], new CacheResult(null, CacheTime.FromUnix(7)));
        var index = new CacheIndex(builder.Build());

        var match = index.Find(C, [[.. Link(index, A), .. Link(index, B)]]);

        Assert.That(match, Has.Exactly(2).Items);
        Assert.That(string.Join(" ", ResultOrder.ByDate.Sort(match.SelectMany(r => r.Results)).Select(r => r.CreatedAt.UnixSeconds)), Is.EqualTo("9 7 5"));
        Assert.That(Newest(match)?.UnixSeconds, Is.EqualTo(9));
    }

    [Test]
    public void A_match_without_results_still_leads_on()
    {
        var builder = new CacheGraphBuilder();
        var a = builder.AddSource(A);
        var b = builder.Add(B, [[(a, "")]]);
        builder.Add(C, [[(b, "")]], new CacheResult(null, CacheTime.FromUnix(1)));
        var index = new CacheIndex(builder.Build());

        var middle = index.Find(B, [Link(index, A)]);

        Assert.That(Newest(middle), Is.Null);
        Assert.That(Newest(index.Find(C, [[.. middle.Select(r => new CacheLink(r, ""))]])), Is.Not.Null);
    }

    [Test]
    public void The_right_digest_without_its_ancestry_is_no_match()
    {
        var builder = new CacheGraphBuilder();
        builder.Add(C, [[(builder.AddSource(A), "")]], new CacheResult(null, CacheTime.FromUnix(1)));
        var index = new CacheIndex(builder.Build());

        Assert.That(index.WithDigest(C), Has.Count.EqualTo(1));
        Assert.That(index.Find(C), Is.Empty);
        Assert.That(index.Find(C, [[]]), Is.Empty);
        Assert.That(index.Find(C, Link(index, A), Link(index, A)), Is.Empty);
    }

    [Test]
    public void Looking_up_in_ten_thousand_records_meets_only_the_records_of_the_step()
    {
        var builder = new CacheGraphBuilder();
        var root = builder.AddSource(A);
        for (var i = 0; i < 10_000; i++)
            builder.Add(Digest.OfText($"step {i}").ToString(), [[(root, "")]], new CacheResult(null, CacheTime.FromUnix(i)));
        var index = new CacheIndex(builder.Build());
        var known = Link(index, A);
        var wanted = Digest.OfText("step 7777").ToString();

        // Counted in allocations, which do not depend on the machine: a scan of the root's children would need at least a list of them.
        index.Find(wanted, [known]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var match = index.Find(wanted, [known]);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 100_000; i++)
            index.Find(wanted, [known]);
        TestContext.Out.WriteLine($"{watch.Elapsed.TotalMicroseconds / 100_000:0.00} µs for a look-up");
        Assert.That(Newest(match)?.UnixSeconds, Is.EqualTo(7777));
        Assert.That(allocated, Is.LessThan(4096));
    }

    private static List<CacheLink> Link(CacheIndex index, string digest, string selector = "") => [new(index.Root(digest)!, selector)];

    private static List<CacheLink> Known(Random random, CacheGraph graph) =>
        [.. Enumerable.Range(0, random.Next(0, 5)).Select(_ => new CacheLink(graph.Records[random.Next(graph.Records.Length)], LookUpModel.RandomSelector(random)))];

    private static CacheTime? Newest(IEnumerable<CacheRecord> records) => ResultOrder.ByDate.Best(records.SelectMany(r => r.Results))?.CreatedAt;
}
