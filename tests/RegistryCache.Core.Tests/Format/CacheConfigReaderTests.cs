using System.Globalization;
using System.Text;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Format;
using RegistryCache.Fixtures;

namespace RegistryCache.Core.Tests.Format;

internal sealed class CacheConfigReaderTests
{
    private static readonly string BlobA = Digest.OfText("A").ToString();
    private static readonly string BlobB = Digest.OfText("B").ToString();

    [Test]
    public void An_omitted_parent_is_entry_0()
    {
        var graph = Read($$"""{"layers":[{"blob":"{{BlobA}}","parent":-1},{"blob":"{{BlobB}}"}],"records":[{"digest":"r","layers":[{"layer":1}]}]}""");

        Assert.That(graph.Records.Single().Results.Single().Chain!.ToLayers().Select(l => l.Digest.ToString()), Is.EqualTo(new[] { BlobA, BlobB }));
    }

    [Test]
    public void A_result_with_an_unlisted_blob_is_dropped_before_its_parents_are_looked_at()
    {
        var graph = Read($$"""{"layers":[{"blob":"sha256:none","parent":99}],"records":[{"digest":"r","layers":[{"layer":0}]}]}""");

        Assert.That(graph.Records.Single().Results, Is.Empty);
    }

    [Test]
    public void Chains_ignore_parents_and_may_repeat_layers_and_be_empty()
    {
        var graph = Read($$"""{"layers":[{"blob":"{{BlobA}}"},{"blob":"{{BlobB}}"}],"records":[{"digest":"r","chains":[{"layers":[1,0,0],"createdAt":"2026-01-01T00:00:00Z"},{"layers":null}]}]}""");

        var results = graph.Records.Single().Results;
        Assert.That(results[0].Chain!.ToLayers().Select(l => l.Digest.ToString()), Is.EqualTo(new[] { BlobB, BlobA, BlobA }));
        Assert.That(results[1].Chain, Is.Null);
    }

    [Test]
    public void Entries_that_no_record_uses_are_not_checked() =>
        Assert.That(Read($$"""{"layers":[{"blob":"{{BlobA}}","parent":77}],"records":[{"digest":"r"}]}""").Records, Has.Length.EqualTo(1));

    [Test]
    public void A_random_record_is_dropped() =>
        Assert.That(Read("""{"records":[{"digest":"random:1"},{"digest":"r"}]}""").Records.Select(r => r.Digest), Is.EqualTo(new[] { "r" }));

    [TestCase("""{"records":[{"digest":"random:1"},{"digest":"r","inputs":[[{"link":0}]]}]}""", "random:")]
    [TestCase("""{"records":[{"digest":"r","inputs":[[{"link":0}]]}]}""", "own ancestor")]
    [TestCase("""{"records":[{"digest":"a","inputs":[[{"link":1}]]},{"digest":"b","inputs":[[{"link":0}]]}]}""", "own ancestor")]
    [TestCase("""{"records":[{"digest":"r","inputs":[[{"link":1}]]}]}""", "links to record 1")]
    [TestCase("""{"records":[{"digest":"r","inputs":[[{"link":-1}]]}]}""", "links to record -1")]
    [TestCase("""{"records":[{"digest":"r","inputs":[[]]}]}""", "is empty")]
    [TestCase("""{"records":[{"digest":"r","inputs":[null]}]}""", "is empty")]
    [TestCase("""{"records":[{"digest":"r","layers":[{"layer":5}]}]}""", "leads to layer 5")]
    [TestCase("""{"records":[{"digest":"r","layers":[{"layer":-1}]}]}""", "leads to layer -1")]
    [TestCase("""{"records":[{"digest":"r","chains":[{"layers":[3]}]}]}""", "leads to layer 3")]
    [TestCase("""{"records":[{"digest":"r","layers":[{"layer":1.0}]}]}""", "plain integer")]
    [TestCase("""{"records":[{"digest":"r","layers":[{"layer":1e0}]}]}""", "plain integer")]
    [TestCase("""{"records":[{"digest":5}]}""", "must be a string")]
    [TestCase("""{"records":{}}""", "must be an array")]
    [TestCase("""{"records":[{"digest":"r","layers":[{"layer":0,"createdAt":""}]}]}""", "RFC 3339")]
    [TestCase("""{"records":[""", "malformed")]
    [TestCase("""{} {}""", "after the end")]
    [TestCase("\ufeff{}", "malformed")]
    [TestCase("[]", "must be an object")]
    [TestCase("", "malformed")]
    public void What_is_wrong_is_said(string json, string problem) => Assert.That(
        () => Read(json),
        Throws.TypeOf<CacheFormatException>().With.Message.Contains(problem)
            .And.Property(nameof(RegistryCacheException.Code)).EqualTo(RegistryCacheErrorCode.InvalidCacheConfig));

    [Test]
    public void A_layer_that_is_its_own_ancestor_is_refused() => Assert.That(
        () => Read($$"""{"layers":[{"blob":"{{BlobA}}"}],"records":[{"digest":"r","layers":[{"layer":0}]}]}"""),
        Throws.TypeOf<CacheFormatException>().With.Message.Contains("layer 0 is its own ancestor"));

    [Test]
    public void Names_match_without_case_and_unknown_members_are_skipped() => Assert.That(
        Read("""{"x":{"deep":[1,{"y":null}]},"RECORDſ":[{"DIGEST":"r","\u0064igest2":1}]}""").Records.Single().Digest, Is.EqualTo("r"));

    [Test]
    public void A_repeated_member_is_merged_element_by_element()
    {
        var graph = Read("""{"records":[{"digest":"a"},{"digest":"b"}],"records":[{"inputs":[[{"link":1}]]},{}]}""");

        Assert.That(graph.Records.Select(r => r.Digest), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(graph.Records[0].Inputs[0].Single().Record.Digest, Is.EqualTo("b"));
    }

    [Test]
    public void Null_means_nothing() => Assert.That(Read("""{"layers":null,"records":[null]}""").Records.Single().Digest, Is.Empty);

    [Test]
    public void Strings_that_are_not_valid_come_out_as_Go_reads_them()
    {
        var json = (byte[])[.. "{\"records\":[{\"digest\":\"a"u8, 0xff, 0xc3, .. "\\ud800\\ud83d\\ude00<\"}]}"u8];
        var graph = FixtureGraphs.ReadConfig(json, []);

        Assert.That(graph.Records.Single().Digest, Is.EqualTo("a\ufffd\ufffd\ufffd😀<"));
    }

    [Test]
    [Category("Slow")]
    public void A_chain_of_a_hundred_thousand_records_is_read_and_written()
    {
        const int Count = 100_000;
        var json = new StringBuilder("{\"records\":[{\"digest\":\"r\"}");
        for (var i = 1; i < Count; i++)
            json.Append(CultureInfo.InvariantCulture, $",{{\"digest\":\"r\",\"inputs\":[[{{\"link\":{i - 1}}}]]}}");
        var graph = Read(json.Append("]}").ToString());

        Assert.That(graph.Records, Has.Length.EqualTo(Count));
        Assert.That(CacheConfigWriter.Write(graph).Json.Length, Is.GreaterThan(Count));
        Assert.That(graph.KeepTargetResults().Records, Has.Length.EqualTo(Count));
    }

    [Test]
    [Category("Slow")]
    public void A_chain_of_a_hundred_thousand_layers_is_read_and_written()
    {
        const int Count = 100_000;
        var json = new StringBuilder($"{{\"layers\":[{{\"blob\":\"{BlobA}\",\"parent\":-1}}");
        for (var i = 1; i < Count; i++)
            json.Append(CultureInfo.InvariantCulture, $",{{\"blob\":\"{BlobA}\",\"parent\":{i - 1}}}");
        var graph = Read(json.Append(CultureInfo.InvariantCulture, $"],\"records\":[{{\"digest\":\"r\",\"layers\":[{{\"layer\":{Count - 1}}}]}}]}}").ToString());

        Assert.That(graph.Records.Single().NewestResult!.Chain!.Length, Is.EqualTo(Count));
        Assert.That(CacheConfigWriter.Write(graph).Entries, Has.Count.EqualTo(Count));
    }

    [Test]
    [Category("Slow")]
    public void A_hundred_thousand_records_that_lead_to_the_last_first_are_read()
    {
        const int Count = 100_000;
        var json = new StringBuilder("{\"records\":[");
        for (var i = 1; i < Count; i++)
            json.Append(CultureInfo.InvariantCulture, $"{{\"digest\":\"r\",\"inputs\":[[{{\"link\":{i}}}]]}},");
        Assert.That(Read(json.Append("{\"digest\":\"r\"}]}").ToString()).Records, Has.Length.EqualTo(Count));
    }

    [Test]
    public void Limits_are_stated()
    {
        var limits = new CacheFormatLimits { MaxRecords = 2, MaxLayers = 1, MaxLinks = 2 };

        Assert.That(() => Read("""{"records":[{},{},{}]}""", limits), Limit("MaxRecords"));
        Assert.That(() => Read("""{"layers":[{},{}]}""", limits), Limit("MaxLayers"));
        Assert.That(() => Read("""{"records":[{"digest":"a"},{"digest":"b","inputs":[[{"link":0},{"link":0}],[{"link":0}]]}]}""", limits), Limit("MaxLinks"));
    }

    [Test]
    public void Mutated_fixtures_are_read_or_refused_and_nothing_else([Values("max-gzip", "link-max")] string name)
    {
        var (manifest, _, config, _) = FixtureGraphs.Read(name);
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 400; round++)
        {
            var mutated = Mutation.Of(config, random);
            try
            {
                CacheConfigWriter.Write(FixtureGraphs.ReadConfig(mutated, manifest.Entries));
            }
            catch (RegistryCacheException e)
            {
                Assert.That(e.Code, Is.AnyOf(RegistryCacheErrorCode.InvalidCacheConfig, RegistryCacheErrorCode.LimitExceeded));
            }
        }
    }

    [Test]
    public void Mutated_manifests_are_read_or_refused_and_nothing_else([Values("max-gzip", "max-gzip-index", "inline-image")] string name)
    {
        var layout = FixtureLayout.Open(name);
        var bytes = layout.Read(layout.DigestOf());
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 400; round++)
        {
            try
            {
                CacheManifestReader.Read(Mutation.Of(bytes, random), "manifest");
            }
            catch (RegistryCacheException e)
            {
                Assert.That(e.Code, Is.EqualTo(RegistryCacheErrorCode.InvalidManifest));
            }
        }
    }

    private static CacheGraph Read(string json, CacheFormatLimits? limits = null)
    {
        static Descriptor Layer(string blob) => new(MediaTypes.OciLayer, Digest.Parse(blob), 1);
        return FixtureGraphs.ReadConfig(Encoding.UTF8.GetBytes(json), [Layer(BlobA), Layer(BlobB)], limits);
    }

    private static NUnit.Framework.Constraints.Constraint Limit(string name) =>
        Throws.TypeOf<LimitExceededException>().With.Property(nameof(LimitExceededException.LimitName)).EqualTo($"CacheFormatLimits.{name}");
}
