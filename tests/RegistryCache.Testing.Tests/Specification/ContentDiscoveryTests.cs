using System.Net;
using System.Text.Json.Nodes;

namespace RegistryCache.Testing.Tests.Specification;

/// <summary>distribution-spec 1.1: "Content Discovery".</summary>
internal sealed class ContentDiscoveryTests : RegistryFixture
{
    private const string Signature = "application/vnd.example.signature";

    [Test]
    public async Task Listing_tags_is_200_in_lexical_order()
    {
        foreach (var tag in new[] { "b", "A", "c", "a", "B", "10", "_x" })
            Registry.Repository("a/b").Tag(tag, "sha256:x");

        var list = await SendAsync("GET", "/v2/a/b/tags/list");
        var body = await list.JsonAsync();

        Assert.That((list.StatusCode, list.Header("Content-Type"), (string)body["name"]!), Is.EqualTo((HttpStatusCode.OK, "application/json", "a/b")));
        Assert.That(Tags(body), Is.EqualTo(new[] { "10", "A", "a", "B", "b", "c", "_x" }).Or.EqualTo(new[] { "10", "_x", "A", "a", "B", "b", "c" }));
        Assert.That(list.Header("Link"), Is.Empty);
    }

    [Test]
    public async Task An_empty_repository_has_an_empty_list()
    {
        await Client.PushBlobAsync("a/b", [1]);

        Assert.That(Tags(await (await SendAsync("GET", "/v2/a/b/tags/list")).JsonAsync()), Is.Empty);
    }

    [Test]
    public async Task The_tags_of_a_repository_that_does_not_exist_are_404()
    {
        var list = await SendAsync("GET", "/v2/none/such/tags/list");

        Assert.That((list.StatusCode, await list.CodeAsync()), Is.EqualTo((HttpStatusCode.NotFound, "NAME_UNKNOWN")));
    }

    [Test]
    public async Task With_n_there_are_n_results_and_a_Link_to_the_rest()
    {
        await PutTagsAsync(5);
        var found = new List<string>();
        var sizes = new List<int>();

        for (var next = "/v2/a/b/tags/list?n=2"; next.Length > 0;)
        {
            var page = await SendAsync("GET", next);
            var tags = Tags(await page.JsonAsync());
            found.AddRange(tags);
            sizes.Add(tags.Length);
            var link = page.Header("Link");
            Assert.That(link, Is.Empty.Or.Match("""^<[^>]+>; rel="next"$"""));
            next = link.Length == 0 ? "" : link[1..link.IndexOf('>', StringComparison.Ordinal)];
        }

        Assert.That(found, Is.EqualTo(new[] { "t0", "t1", "t2", "t3", "t4" }));
        Assert.That(sizes, Is.EqualTo(new[] { 2, 2, 1 }));
    }

    [Test]
    public async Task With_n_of_zero_the_list_is_empty_without_a_Link()
    {
        await PutTagsAsync(2);

        var page = await SendAsync("GET", "/v2/a/b/tags/list?n=0");

        Assert.That(Tags(await page.JsonAsync()), Is.Empty);
        Assert.That(page.Header("Link"), Is.Empty);
    }

    [TestCase("t1", new[] { "t2", "t3" })]
    [TestCase("t1zzz", new[] { "t2", "t3" })]
    [TestCase("a", new[] { "t0", "t1" })]
    [TestCase("z", new string[0])]
    public async Task The_list_begins_after_last_whether_or_not_there_is_such_a_tag(string last, string[] expected)
    {
        await PutTagsAsync(4);

        Assert.That(Tags(await (await SendAsync("GET", $"/v2/a/b/tags/list?n=2&last={last}")).JsonAsync()), Is.EqualTo(expected));
    }

    [TestCase("n=x")]
    [TestCase("n=-1")]
    [TestCase("n=99999999999999999999")]
    public async Task A_size_that_is_no_number_is_400(string query)
    {
        await PutTagsAsync(1);

        Assert.That((int)(await SendAsync("GET", $"/v2/a/b/tags/list?{query}")).StatusCode, Is.EqualTo(400));
    }

    [Test]
    public async Task Listing_referrers_is_an_index_of_descriptors_with_artifact_type_and_annotations()
    {
        var subject = await Client.PushImageAsync("a/b", "v1");
        var config = await Client.PushBlobAsync("a/b", "{}"u8.ToArray());
        var manifest = JsonNode.Parse(Wire.Manifest(config, Signature, subject))!;
        manifest["annotations"] = new JsonObject { ["who"] = "me" };
        var bytes = System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString());
        await SendAsync("PUT", $"/v2/a/b/manifests/{Wire.Sha256(bytes)}", bytes, Wire.ManifestType);

        var got = await SendAsync("GET", $"/v2/a/b/referrers/{subject}");
        var index = await got.JsonAsync();
        var entry = index["manifests"]!.AsArray().Single()!;

        Assert.That((got.StatusCode, got.Header("Content-Type"), (string)index["mediaType"]!), Is.EqualTo((HttpStatusCode.OK, Wire.IndexType, Wire.IndexType)));
        Assert.That(((string)entry["digest"]!, (long)entry["size"]!, (string)entry["mediaType"]!), Is.EqualTo((Wire.Sha256(bytes), (long)bytes.Length, Wire.ManifestType)));
        Assert.That(((string)entry["artifactType"]!, (string)entry["annotations"]!["who"]!), Is.EqualTo((Signature, "me")));
        Assert.That(got.Header("OCI-Filters-Applied"), Is.Empty);
    }

    [Test]
    public async Task A_referrer_without_artifact_type_has_that_of_its_config_and_an_index_has_none()
    {
        var subject = await Client.PushImageAsync("a/b", "v1");
        await Client.PushImageAsync("a/b", "one", null, subject);
        var index = $$"""{"schemaVersion":2,"mediaType":"{{Wire.IndexType}}","manifests":[],"subject":{"mediaType":"x","digest":"{{subject}}","size":1} }""";
        await SendAsync("PUT", "/v2/a/b/manifests/two", System.Text.Encoding.UTF8.GetBytes(index), Wire.IndexType);

        var entries = (await (await SendAsync("GET", $"/v2/a/b/referrers/{subject}")).JsonAsync())["manifests"]!.AsArray();

        Assert.That(entries.Select(static e => ((string)e!["mediaType"]!, (string?)e["artifactType"])), Is.EquivalentTo(new[] { (Wire.ManifestType, (string?)Wire.ConfigType), (Wire.IndexType, null) }));
    }

    [Test]
    public async Task A_filter_on_the_artifact_type_is_applied_and_told()
    {
        var subject = await Client.PushImageAsync("a/b", "v1");
        var signature = await Client.PushImageAsync("a/b", "sig", Signature, subject);
        await Client.PushImageAsync("a/b", "sbom", "application/sbom", subject);

        var got = await SendAsync("GET", $"/v2/a/b/referrers/{subject}?artifactType={Signature}");

        Assert.That((await got.JsonAsync())["manifests"]!.AsArray().Select(static e => (string)e!["digest"]!), Is.EqualTo(new[] { signature }));
        Assert.That(got.Header("OCI-Filters-Applied"), Is.EqualTo("artifactType"));
    }

    [Test]
    public async Task Referrers_come_in_pages_when_there_are_too_many()
    {
        var subject = await Client.PushImageAsync("a/b", "v1");
        foreach (var number in Enumerable.Range(0, 5))
            await Client.PushImageAsync("a/b", $"r{number}", $"application/r{number}", subject);
        Registry.Quirks = Registry.Quirks with { TagPageLimit = 2 };
        var count = 0;

        for (var next = $"/v2/a/b/referrers/{subject}"; next.Length > 0;)
        {
            var page = await SendAsync("GET", next);
            count += (await page.JsonAsync())["manifests"]!.AsArray().Count;
            var link = page.Header("Link");
            next = link.Length == 0 ? "" : link[1..link.IndexOf('>', StringComparison.Ordinal)];
        }

        Assert.That(count, Is.EqualTo(5));
    }

    [Test]
    public async Task Without_referrers_the_list_is_empty_and_never_404()
    {
        var got = await SendAsync("GET", $"/v2/a/b/referrers/{Wire.Sha256([1])}");

        Assert.That(got.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await got.JsonAsync())["manifests"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task Referrers_of_what_is_no_digest_are_400() =>
        Assert.That((int)(await SendAsync("GET", "/v2/a/b/referrers/sha256:00")).StatusCode, Is.EqualTo(400));

    private static string[] Tags(JsonNode body) => [.. body["tags"]!.AsArray().Select(static t => (string)t!)];

    private async Task PutTagsAsync(int count)
    {
        foreach (var number in Enumerable.Range(0, count))
            await Client.PushImageAsync("a/b", $"t{number}");
    }
}
