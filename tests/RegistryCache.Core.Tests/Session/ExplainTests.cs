using System.Text.Json;
using static RegistryCache.Core.Tests.Session.SessionBench;

namespace RegistryCache.Core.Tests.Session;

internal sealed class ExplainTests
{
    [Test]
    public async Task A_changed_input_is_named_with_what_was_expected_and_what_the_cache_has()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"));
        await using var session = await bench.OpenAsync("main");

        var why = session.Explain(Compile("b"));

        Assert.That(why.Outcome, Is.EqualTo(CacheLookUpOutcome.InputMismatch));
        Assert.That(why.Inputs[0].Matches, Is.False);
        Assert.That(why.Inputs[0].Expected.Single().Digest, Is.EqualTo(CacheRecord.DigestOfContent(Sources("b")).ToString()));
        Assert.That(why.Inputs[0].Expected.Single().IsInCache, Is.False);
        Assert.That(why.Inputs[0].InCache.Single().Digest, Is.EqualTo(CacheRecord.DigestOfContent(Sources("a")).ToString()));
        Assert.That(why.ToString(), Does.Contain("input 0: DOES NOT MATCH").And.Contain("not in the cache").And.Contain(why.Inputs[0].InCache[0].Digest));
    }

    [Test]
    public async Task Only_the_input_that_differs_is_blamed()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"), (Compile("b"), "B"), (Link(Compile("a"), Compile("b")), "AB"));
        await using var session = await bench.OpenAsync("main");

        var why = session.Explain(Link(Compile("a"), Compile("c")));

        Assert.That(why.Inputs.Select(i => i.Matches), Is.EqualTo(new List<bool> { true, false }));
        Assert.That(why.Summary, Does.Contain("input 1"));
        Assert.That(why.Inputs[1].Note, Does.Contain("not known yet"));
    }

    [Test]
    public async Task Inputs_that_are_known_but_never_together_are_told_apart_from_unknown_ones()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(
            Main, (Compile("a"), "A"), (Compile("b"), "B"), (Link(Compile("a"), Compile("b")), "AB"), (Link(Compile("b"), Compile("a")), "BA"));
        await using var session = await bench.OpenAsync("main");

        Assert.That(session.Explain(Link(Compile("a"), Compile("a"))).Outcome, Is.EqualTo(CacheLookUpOutcome.NoCommonRecord));
    }

    [Test]
    public async Task Each_reason_has_its_name()
    {
        await using var bench = new SessionBench();
        await using var empty = await bench.OpenAsync("nothing");
        Assert.That(empty.Explain(Compile("a")).Outcome, Is.EqualTo(CacheLookUpOutcome.EmptyCache));

        await bench.BuildAsync(Main, (Compile("a"), "A"), (Link(Compile("a")), "linked"));
        await using var session = await bench.OpenAsync("main");
        Assert.That(session.Explain(Compile("a")).Outcome, Is.EqualTo(CacheLookUpOutcome.FoundByDefinition));
        Assert.That(session.Explain(Compile("a", "-O0")).Outcome, Is.EqualTo(CacheLookUpOutcome.UnknownOperation));
        Assert.That(session.Explain(Compile("a").NeverCached()).Outcome, Is.EqualTo(CacheLookUpOutcome.NeverCached));
        Assert.That(session.Explain(Link(Compile("a"), Compile("a"))).Outcome, Is.EqualTo(CacheLookUpOutcome.InputMismatch), "another number of inputs");
        await session.RecordAsync(Compile("b"), Output("A"));
        Assert.That(session.Explain(Link(Compile("b"))).Outcome, Is.EqualTo(CacheLookUpOutcome.FoundByContent));
    }

    [Test]
    public async Task Scripts_get_the_same_as_json()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"));
        await using var session = await bench.OpenAsync("main");

        using var json = JsonDocument.Parse(session.Explain(Compile("b")).ToJson());

        Assert.That(json.RootElement.GetProperty("step").GetString(), Is.EqualTo("acme.compile.v1"));
        Assert.That(json.RootElement.GetProperty("outcome").GetString(), Is.EqualTo("inputMismatch"));
        Assert.That(json.RootElement.GetProperty("inputs")[0].GetProperty("matches").GetBoolean(), Is.False);
        Assert.That(json.RootElement.GetProperty("inputs")[0].GetProperty("inCache").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Explaining_changes_nothing()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"));
        await using var session = await bench.OpenAsync("main");

        session.Explain(Compile("a"));

        Assert.That(session.ToGraph().Records, Is.Empty);
    }
}
