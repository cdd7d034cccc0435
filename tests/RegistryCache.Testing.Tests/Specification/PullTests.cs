using System.Net;

namespace RegistryCache.Testing.Tests.Specification;

/// <summary>distribution-spec 1.1: "Pull" and "Determining Support".</summary>
internal sealed class PullTests : RegistryFixture
{
    private static readonly byte[] Blob = Wire.Bytes(1000);

    [Test]
    public async Task Determining_support_end_1_answers_200() =>
        Assert.That((await SendAsync("GET", "/v2/")).StatusCode, Is.EqualTo(HttpStatusCode.OK));

    [Test]
    public async Task Pulling_manifests_GET_by_tag_and_by_digest_is_200_with_the_bytes_the_type_and_the_digest([Values] bool byTag)
    {
        var digest = await Client.PushImageAsync("a/b", "v1");

        var got = await SendAsync("GET", $"/v2/a/b/manifests/{(byTag ? "v1" : digest)}", null, null, ("Accept", Wire.ManifestType));

        Assert.That(got.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(Wire.Sha256(await got.Content.ReadAsByteArrayAsync()), Is.EqualTo(digest));
        Assert.That(got.Header("Docker-Content-Digest"), Is.EqualTo(digest));
        Assert.That(got.Header("Content-Type"), Is.EqualTo(Wire.ManifestType), "without parameters, as it was pushed");
        Assert.That(Registry.Violations, Is.Empty);
    }

    [TestCase("nothing")]
    [TestCase(".INVALID_MANIFEST_NAME")]
    [TestCase("sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Pulling_manifests_that_are_not_there_is_404(string reference)
    {
        await Client.PushImageAsync("a/b", "v1");

        var got = await SendAsync("GET", $"/v2/a/b/manifests/{reference}");

        Assert.That(got.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await got.CodeAsync(), Is.EqualTo("MANIFEST_UNKNOWN"));
    }

    [Test]
    public async Task Pulling_from_a_repository_that_does_not_exist_is_404() =>
        Assert.That((await SendAsync("GET", "/v2/none/such/manifests/latest")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));

    [Test]
    public async Task Pulling_blobs_GET_is_200_with_the_bytes_and_their_digest()
    {
        var digest = await Client.PushBlobAsync("a/b", Blob);

        var got = await SendAsync("GET", $"/v2/a/b/blobs/{digest}");

        Assert.That(got.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await got.Content.ReadAsByteArrayAsync(), Is.EqualTo(Blob));
        Assert.That(got.Header("Docker-Content-Digest"), Is.EqualTo(digest));
    }

    [Test]
    public async Task Pulling_blobs_that_are_not_there_is_404([Values("GET", "HEAD")] string method)
    {
        var got = await SendAsync(method, $"/v2/a/b/blobs/{Wire.Sha256(Blob)}");

        Assert.That(got.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        if (method == "GET")
            Assert.That(await got.CodeAsync(), Is.EqualTo("BLOB_UNKNOWN"));
    }

    [TestCase("bytes=0-9", 0, 10)]
    [TestCase("bytes=990-", 990, 10)]
    [TestCase("bytes=-10", 990, 10)]
    [TestCase("bytes=5-100000", 5, 995)]
    public async Task Ranges_of_blobs_are_206(string range, int from, int length)
    {
        var digest = await Client.PushBlobAsync("a/b", Blob);

        var got = await SendAsync("GET", $"/v2/a/b/blobs/{digest}", null, null, ("Range", range));

        Assert.That(got.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
        Assert.That(got.Header("Content-Range"), Is.EqualTo($"bytes {from}-{from + length - 1}/1000"));
        Assert.That(await got.Content.ReadAsByteArrayAsync(), Is.EqualTo(Blob[from..(from + length)]));
    }

    [TestCase("bytes=1000-")]
    [TestCase("bytes=2000-3000")]
    [TestCase("bytes=-0")]
    public async Task A_range_after_the_end_is_416(string range)
    {
        var digest = await Client.PushBlobAsync("a/b", Blob);

        var got = await SendAsync("GET", $"/v2/a/b/blobs/{digest}", null, null, ("Range", range));

        Assert.That((int)got.StatusCode, Is.EqualTo(416));
        Assert.That(got.Header("Content-Range"), Is.EqualTo("bytes */1000"));
    }

    [TestCase("bytes=0-1,3-4")]
    [TestCase("lines=0-1")]
    [TestCase("bytes=nonsense")]
    public async Task A_range_that_cannot_be_served_is_the_whole_blob(string range)
    {
        var digest = await Client.PushBlobAsync("a/b", Blob);

        Assert.That((await SendAsync("GET", $"/v2/a/b/blobs/{digest}", null, null, ("Range", range))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Checking_if_content_exists_HEAD_is_200_with_digest_and_length()
    {
        var blob = await Client.PushBlobAsync("a/b", Blob);
        var manifest = await Client.PushImageAsync("a/b", "v1");

        var first = await SendAsync("HEAD", $"/v2/a/b/blobs/{blob}");
        var second = await SendAsync("HEAD", "/v2/a/b/manifests/v1");

        Assert.That((first.StatusCode, first.Header("Docker-Content-Digest"), first.Content.Headers.ContentLength), Is.EqualTo((HttpStatusCode.OK, blob, 1000L)));
        Assert.That((second.StatusCode, second.Header("Docker-Content-Digest")), Is.EqualTo((HttpStatusCode.OK, manifest)));
        Assert.That(second.Content.Headers.ContentLength, Is.EqualTo(Registry.Repository("a/b").ReadManifest("v1")!.Length));
        Assert.That((await SendAsync("HEAD", "/v2/a/b/manifests/none")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }
}
