using RegistryCache.Core.Errors;

namespace RegistryCache.Core.Tests.Graph;

internal sealed class MergeRuleTests
{
    private static readonly CacheTime Noon = CacheTime.Parse("2026-01-01T12:00:00Z");

    [Test]
    public void Records_without_inputs_are_one_when_their_digest_is()
    {
        var builder = new CacheGraphBuilder();
        var first = builder.AddSource("a", Result(Noon, "x"));
        var second = builder.AddSource("a", Result(CacheTime.Parse("2026-01-01T13:00:00Z"), "y"));

        Assert.That(second, Is.SameAs(first));
        Assert.That(builder.Build().Records.Single().Results, Has.Length.EqualTo(2));
    }

    [Test]
    public void A_record_that_shares_one_link_is_the_same_record()
    {
        var builder = new CacheGraphBuilder();
        var a = builder.AddSource("a");
        var b = builder.AddSource("b");
        var first = builder.Add("c", [[(a, "")]]);
        var second = builder.Add("c", [[(a, ""), (b, "")]]);

        Assert.That(second, Is.SameAs(first));
        Assert.That(Inputs(builder, "c"), Is.EqualTo(new[] { "a,b" }));
    }

    [Test]
    public void Records_that_share_no_link_are_two()
    {
        var builder = new CacheGraphBuilder();
        var first = builder.Add("c", [[(builder.AddSource("a"), "")]]);
        var second = builder.Add("c", [[(builder.AddSource("b"), "")]]);

        Assert.That(second, Is.Not.SameAs(first));
        Assert.That(Inputs(builder, "c"), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void One_input_that_agrees_is_not_enough_when_another_differs()
    {
        var builder = new CacheGraphBuilder();
        var a = builder.AddSource("a");
        var first = builder.Add("c", [[(a, "")], [(builder.AddSource("b"), "")]]);
        var second = builder.Add("c", [[(a, "")], [(builder.AddSource("d"), "")]]);

        Assert.That(second, Is.Not.SameAs(first));
    }

    [Test]
    public void A_selector_is_part_of_a_link()
    {
        var builder = new CacheGraphBuilder();
        var a = builder.AddSource("a");

        Assert.That(builder.Add("c", [[new(a, "s")]]), Is.Not.SameAs(builder.Add("c", [[(a, "")]])));
    }

    [Test]
    public void Several_matches_become_one_and_the_others_stay()
    {
        var builder = new CacheGraphBuilder();
        var a = builder.AddSource("a");
        var b = builder.AddSource("b");
        var fromA = builder.Add("c", [[(a, "")]], Result(Noon, "x"));
        var fromB = builder.Add("c", [[(b, "")]], Result(CacheTime.Parse("2026-01-01T13:00:00Z"), "y"));
        builder.Add("child", [[(fromB, "")]]);

        var united = builder.Add("c", [[(a, ""), (b, "")]]);

        Assert.That(united, Is.SameAs(fromA));
        var graph = builder.Build();
        var child = graph.Records.Single(r => r.Digest == "child");
        Assert.That(child.Inputs[0].Single().Record.Results, Has.Length.EqualTo(2), "the child moved to the record with all results");
        Assert.That(graph.Records.Count(r => r.Digest == "c"), Is.EqualTo(2), "the other record stays");
    }

    [Test]
    public void A_link_that_would_close_a_cycle_is_dropped()
    {
        var builder = new CacheGraphBuilder();
        var a = builder.AddSource("a");
        var b = builder.Add("b", [[(a, "")]]);
        var c = builder.Add("c", [[(b, "")]]);

        var again = builder.Add("b", [[(a, ""), (c, "")]]);

        Assert.That(again, Is.SameAs(b));
        Assert.That(Inputs(builder, "b"), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void Results_that_differ_in_a_layer_are_both_kept_although_time_and_length_agree()
    {
        var builder = new CacheGraphBuilder();
        builder.AddSource("a", Result(Noon, "x"), Result(Noon, "y"), Result(Noon, "x"));

        var record = builder.Build().Records.Single();

        Assert.That(record.Results, Has.Length.EqualTo(2));
        Assert.That(record.NewestResult!.Chain!.Top.Digest, Is.EqualTo(Digest.OfText("x")), "the first of equals is the newest");
    }

    [Test]
    public void Equal_chains_are_one_object_in_a_graph()
    {
        var builder = new CacheGraphBuilder();
        builder.AddSource("a", Result(Noon, "x", "y"));
        builder.AddSource("b", Result(Noon, "x", "y", "z"));

        Assert.That(builder.Build().CollectChains(), Has.Count.EqualTo(3));
    }

    [Test]
    public void An_input_without_links_is_refused()
    {
        var builder = new CacheGraphBuilder();
        builder.AddSource("a");

        Assert.That(() => builder.Add("c", [[]]), Refused());
    }

    [Test]
    public void A_record_of_another_builder_is_refused()
    {
        var foreign = new CacheGraphBuilder().AddSource("a");

        Assert.That(() => new CacheGraphBuilder().Add("c", [[(foreign, "")]]), Refused());
    }

    [Test]
    public void A_random_digest_is_refused() =>
        Assert.That(() => new CacheGraphBuilder().AddSource("random:1"), Refused());

    [Test]
    public void Merging_stops_at_its_limit()
    {
        var builder = new CacheGraphBuilder(maxMergeSteps: 100);
        var a = builder.AddSource("a");
        var b = builder.AddSource("b");

        Assert.That(
            () =>
            {
                for (var i = 0; i < 100; i++)
                    builder.Add("c", [[new(a, "same")], [new(b, $"{i}")]]);
            },
            Throws.TypeOf<LimitExceededException>());
    }

    private static NUnit.Framework.Constraints.Constraint Refused() =>
        Throws.TypeOf<CacheFormatException>().With.Property(nameof(RegistryCacheException.Code)).EqualTo(RegistryCacheErrorCode.InvalidGraph);

    private static CacheResult Result(CacheTime time, params string[] layers) => new(
        LayerChain.Of(layers.Select(l => new CacheLayer(new Descriptor(MediaTypes.OciLayer, Digest.OfText(l), 1), BlobSource.FromBytes(default)))), time);

    private static string[] Inputs(CacheGraphBuilder builder, string digest) =>
        [.. builder.Build().Records.Where(r => r.Digest == digest).SelectMany(r => r.Inputs).Select(i => string.Join(',', i.Select(l => l.Record.Digest)))];
}
