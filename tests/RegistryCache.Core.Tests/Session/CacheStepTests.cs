using System.Text;

namespace RegistryCache.Core.Tests.Session;

internal sealed class CacheStepTests
{
    private static readonly string[] Flags = ["-a", "-b"];

    [Test]
    public void The_operation_is_the_digest_of_canonical_json_that_any_language_can_make()
    {
        var step = CacheStep.Define("acme.compile.v1").With("tool", "csc <5.0> é").With("level", 2).With("debug", true).With("flags", Flags);

        // Type first, the rest in the byte order of the names, Go's escapes, no spaces.
        const string Json = """{"type":"acme.compile.v1","debug":true,"flags":["-a","-b"],"level":2,"tool":"csc \u003c5.0\u003e é"}""";
        Assert.That(step.Operation, Is.EqualTo(Digest.OfBytes(Encoding.UTF8.GetBytes("registry-cache.step.v1\n" + Json))));
    }

    [Test]
    public void The_order_of_members_does_not_matter() => Assert.That(
        CacheStep.Define("t").With("a", "1").With("b", "2").Operation,
        Is.EqualTo(CacheStep.Define("t").With("b", "2").With("a", "1").Operation));

    [Test]
    public void The_kind_of_a_value_matters()
    {
        CacheStep[] steps = [Step().With("n", "1"), Step().With("n", 1), Step().With("n", true), Step().With("n", "true"), Step().With("n", ["1"]), Step()];

        Assert.That(steps.Select(s => s.Operation), Is.Unique);

        static CacheStep Step() => CacheStep.Define("t");
    }

    [Test]
    public void Inputs_do_not_change_the_operation_but_its_identity()
    {
        var bare = CacheStep.Define("t");
        var reading = bare.Reading(CacheInput.Content(Digest.OfText("x")));

        Assert.That(reading.Operation, Is.EqualTo(bare.Operation));
        Assert.That(reading.RecordDigest, Is.EqualTo(bare.RecordDigest));
        Assert.That(reading.Identity, Is.Not.EqualTo(bare.Identity));
    }

    [Test]
    public void Steps_that_say_the_same_are_the_same_step()
    {
        static CacheStep Make() => CacheStep.Define("t").Reading(CacheStep.Define("u").Output(1), "b", "a", "b").NeverCached();

        var (one, other) = (Make(), Make());
        Assert.That(one.Identity, Is.EqualTo(other.Identity));
        Assert.That(one.Inputs[0].Selector, Is.EqualTo(CacheLink.SelectorOf("a", "b")), "the order and repetition of paths do not matter");
    }

    [Test]
    public void Each_output_has_its_own_record() => Assert.That(
        CacheStep.FromDigest(Digest.OfText("x")).Output(1).RecordDigest,
        Is.EqualTo("sha256:5f7beaf90852b6223845fbec68361760e65bc777ed6ec8923ad57816aea15ee6"));

    // Attributes cannot hold such texts, so they are made here.
    private static readonly string[] Broken = [$"{(char)0xd800}", $"a{(char)0xdc00}b", $"\ufffd{(char)0xd800}", $"{(char)0xdc00}{(char)0xd800}"];

    [Test]
    public void Half_a_surrogate_pair_is_refused_because_different_halves_would_be_written_alike()
    {
        foreach (var text in Broken)
        {
            Assert.That(() => CacheStep.Define("t").With("a", text), Throws.ArgumentException);
            Assert.That(() => CacheStep.Define("t").With("a", [text]), Throws.ArgumentException);
            Assert.That(() => CacheStep.Define("t").With(text, "a"), Throws.ArgumentException);
        }
    }

    [Test]
    public void Whole_surrogate_pairs_are_fine() => Assert.That(() => CacheStep.Define("t").With("a", "😀"), Throws.Nothing);

    [Test]
    public void The_type_cannot_be_given_twice() => Assert.That(() => CacheStep.Define("t").With("type", "u"), Throws.ArgumentException);

    [Test]
    public void A_step_from_a_digest_has_no_definition_to_change() =>
        Assert.That(() => CacheStep.FromDigest(Digest.OfText("x")).With("a", "b"), Throws.InvalidOperationException);

    [Test]
    [Category("Slow")]
    public void A_hundred_thousand_steps_in_a_row_are_named_without_deep_calls()
    {
        var step = CacheStep.Define("t");
        for (var i = 0; i < 100_000; i++)
            step = CacheStep.Define("t").Reading(step);

        Assert.That(step.Identity, Does.StartWith("sha256:"));
    }
}
