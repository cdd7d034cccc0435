using System.Net;
using System.Text;

namespace RegistryCache.Testing.Tests.Specification;

/// <summary>distribution-spec 1.1: "Pushing Manifests".</summary>
internal sealed class PushManifestTests : RegistryFixture
{
    [Test]
    public async Task A_manifest_is_stored_byte_for_byte_and_201_with_Location_and_digest([Values("v1", "by digest", "by sha512")] string reference)
    {
        var config = await Client.PushBlobAsync("a/b", "{}"u8.ToArray());
        var manifest = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Wire.Manifest(config)) + " \n");
        var digest = reference == "by sha512" ? Wire.Sha512(manifest) : Wire.Sha256(manifest);

        var put = await SendAsync("PUT", $"/v2/a/b/manifests/{(reference == "v1" ? reference : digest)}", manifest, Wire.ManifestType);

        Assert.That((put.StatusCode, put.Header("Docker-Content-Digest")), Is.EqualTo((HttpStatusCode.Created, digest)));
        Assert.That(await Client.GetByteArrayAsync(new Uri(put.Header("Location"), UriKind.Relative)), Is.EqualTo(manifest));
        Assert.That(Registry.Repository("a/b").Tags.Keys, Is.EqualTo(reference == "v1" ? new[] { "v1" } : []));
    }

    [Test]
    public async Task A_tag_can_move()
    {
        await Client.PushImageAsync("a/b", "v1");
        var second = await Client.PushImageAsync("a/b", "v1", "application/other");

        Assert.That((await SendAsync("HEAD", "/v2/a/b/manifests/v1")).Header("Docker-Content-Digest"), Is.EqualTo(second));
    }

    [Test]
    public async Task Each_blob_that_is_missing_is_a_MANIFEST_BLOB_UNKNOWN()
    {
        var config = await Client.PushBlobAsync("a/b", "{}"u8.ToArray());
        string[] missing = [Wire.Sha256([1]), Wire.Sha256([2])];

        var put = await SendAsync("PUT", "/v2/a/b/manifests/v1", Wire.Manifest(config, layers: missing), Wire.ManifestType);

        var errors = (await put.JsonAsync())["errors"]!.AsArray();
        Assert.That((int)put.StatusCode, Is.EqualTo(400));
        Assert.That(errors.Select(static e => (string)e!["code"]!), Is.All.EqualTo("MANIFEST_BLOB_UNKNOWN").And.Exactly(2).Items);
        Assert.That(errors.Select(static e => (string)e!["detail"]!["digest"]!), Is.EqualTo(missing));
    }

    [Test]
    public async Task A_blob_of_another_repository_is_missing_too()
    {
        var config = await Client.PushBlobAsync("a/other", "{}"u8.ToArray());

        Assert.That((int)(await SendAsync("PUT", "/v2/a/b/manifests/v1", Wire.Manifest(config), Wire.ManifestType)).StatusCode, Is.EqualTo(400));
    }

    [Test]
    public async Task A_layer_with_urls_need_not_be_there()
    {
        var config = await Client.PushBlobAsync("a/b", "{}"u8.ToArray());
        var manifest = Encoding.UTF8.GetString(Wire.Manifest(config, layers: Wire.Sha256([1]))).Replace("\"size\":1}", "\"size\":1,\"urls\":[\"https://example.test\"]}", StringComparison.Ordinal);

        Assert.That((int)(await SendAsync("PUT", "/v2/a/b/manifests/v1", Encoding.UTF8.GetBytes(manifest), Wire.ManifestType)).StatusCode, Is.EqualTo(201));
    }

    [Test]
    public async Task An_index_needs_its_manifests()
    {
        var child = await Client.PushImageAsync("a/b", "child");
        var index = $$"""{"schemaVersion":2,"mediaType":"{{Wire.IndexType}}","manifests":[{"mediaType":"{{Wire.ManifestType}}","digest":"{{child}}","size":1}]}""";

        var there = await SendAsync("PUT", "/v2/a/b/manifests/multi", Encoding.UTF8.GetBytes(index), Wire.IndexType);
        var absent = await SendAsync("PUT", "/v2/a/other/manifests/multi", Encoding.UTF8.GetBytes(index), Wire.IndexType);

        Assert.That(((int)there.StatusCode, (int)absent.StatusCode), Is.EqualTo((201, 400)));
    }

    [Test]
    public async Task A_manifest_whose_subject_does_not_exist_is_accepted_with_OCI_Subject()
    {
        var config = await Client.PushBlobAsync("a/b", "{}"u8.ToArray());
        var subject = Wire.Sha256([9]);

        var put = await SendAsync("PUT", "/v2/a/b/manifests/sig", Wire.Manifest(config, "application/sig", subject), Wire.ManifestType);

        Assert.That(((int)put.StatusCode, put.Header("OCI-Subject")), Is.EqualTo((201, subject)));
    }

    [TestCase("{", "MANIFEST_INVALID")]
    [TestCase("[]", "MANIFEST_INVALID")]
    [TestCase("null", "MANIFEST_INVALID")]
    [TestCase("{\"config\":1}", "MANIFEST_INVALID")]
    [TestCase("{\"layers\":{}}", "MANIFEST_INVALID")]
    [TestCase("{\"layers\":[1]}", "MANIFEST_INVALID")]
    [TestCase("{\"layers\":[{\"digest\":\"../../etc/passwd\"}]}", "MANIFEST_INVALID")]
    [TestCase("{\"mediaType\":\"text/plain\"}", "MANIFEST_INVALID")]
    [TestCase("{\"schemaVersion\":2", "MANIFEST_INVALID")]
    public async Task What_is_no_manifest_is_refused(string text, string code)
    {
        var put = await SendAsync("PUT", "/v2/a/b/manifests/v1", Encoding.UTF8.GetBytes(text), Wire.ManifestType);

        Assert.That(((int)put.StatusCode, await put.CodeAsync()), Is.EqualTo((400, code)));
    }

    [Test]
    public async Task Deep_JSON_is_refused() => Assert.That(
        (int)(await SendAsync("PUT", "/v2/a/b/manifests/v1", Encoding.UTF8.GetBytes(new string('[', 100_000)), Wire.ManifestType)).StatusCode, Is.EqualTo(400));

    [Test]
    public async Task A_manifest_under_the_digest_of_another_is_refused()
    {
        var config = await Client.PushBlobAsync("a/b", "{}"u8.ToArray());

        var put = await SendAsync("PUT", $"/v2/a/b/manifests/{Wire.Sha256([1])}", Wire.Manifest(config), Wire.ManifestType);

        Assert.That(((int)put.StatusCode, await put.CodeAsync()), Is.EqualTo((400, "DIGEST_INVALID")));
    }

    [Test]
    public async Task Parameters_of_the_Content_Type_are_ignored_and_noted()
    {
        var config = await Client.PushBlobAsync("a/b", "{}"u8.ToArray());

        var put = await SendAsync("PUT", "/v2/a/b/manifests/v1", Wire.Manifest(config), Wire.ManifestType + "; charset=utf-8");

        Assert.That((int)put.StatusCode, Is.EqualTo(201));
        Assert.That((await SendAsync("HEAD", "/v2/a/b/manifests/v1")).Header("Content-Type"), Is.EqualTo(Wire.ManifestType));
        Assert.That(Registry.Violations, Has.Some.Contains("charset"));
    }

    [Test]
    public async Task Four_megabytes_are_accepted_and_more_is_413([Values(0, 1)] int more)
    {
        var config = await Client.PushBlobAsync("a/b", "{}"u8.ToArray());
        var manifest = Encoding.UTF8.GetString(Wire.Manifest(config));
        var padded = Encoding.UTF8.GetBytes(manifest + new string(' ', (4 << 20) + more - manifest.Length));

        var put = await SendAsync("PUT", "/v2/a/b/manifests/v1", padded, Wire.ManifestType);

        Assert.That((int)put.StatusCode, Is.EqualTo(more == 0 ? 201 : 413));
    }

    [Test]
    public async Task A_manifest_without_a_length_is_read_up_to_the_limit_only()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v2/a/b/manifests/v1") { Content = new StreamContent(new MemoryStream(new byte[(4 << 20) + 1])) };
        request.Headers.TransferEncodingChunked = true;

        Assert.That((int)(await Client.SendAsync(request)).StatusCode, Is.EqualTo(413));
    }
}
