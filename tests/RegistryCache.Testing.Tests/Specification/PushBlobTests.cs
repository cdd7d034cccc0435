using System.Net;

namespace RegistryCache.Testing.Tests.Specification;

/// <summary>distribution-spec 1.1: "Pushing blobs".</summary>
internal sealed class PushBlobTests : RegistryFixture
{
    private const string Octets = "application/octet-stream";

    private static readonly byte[] Blob = Wire.Bytes(1000);
    private static readonly string Digest = Wire.Sha256(Blob);

    [Test]
    public async Task POST_then_PUT_the_POST_is_202_with_a_Location_that_has_a_UUID()
    {
        var location = await Client.StartAsync("a/b");

        Assert.That(location, Does.Match("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"));
    }

    [Test]
    public async Task POST_then_PUT_the_PUT_is_201_with_the_pullable_Location_of_the_blob([Values] bool sha512)
    {
        var digest = sha512 ? Wire.Sha512(Blob) : Digest;

        var put = await SendAsync("PUT", Wire.WithDigest(await Client.StartAsync("a/b"), digest), Blob, Octets);

        Assert.That(put.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(put.Header("Docker-Content-Digest"), Is.EqualTo(digest));
        Assert.That(await Client.GetByteArrayAsync(new Uri(put.Header("Location"), UriKind.Relative)), Is.EqualTo(Blob));
    }

    [Test]
    public async Task Single_POST_is_201_with_the_pullable_Location_of_the_blob()
    {
        var post = await SendAsync("POST", $"/v2/a/b/blobs/uploads/?digest={Digest}", Blob, Octets);

        Assert.That(post.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(await Client.GetByteArrayAsync(new Uri(post.Header("Location"), UriKind.Relative)), Is.EqualTo(Blob));
    }

    [Test]
    public async Task Single_POST_where_it_is_not_supported_is_202_and_a_PUT_follows()
    {
        Registry.Quirks = Registry.Quirks with { SinglePostStatus = 202 };

        var post = await SendAsync("POST", $"/v2/a/b/blobs/uploads/?digest={Digest}", Blob, Octets);
        var put = await SendAsync("PUT", Wire.WithDigest(post.Header("Location"), Digest), Blob, Octets);

        Assert.That((post.StatusCode, put.StatusCode), Is.EqualTo((HttpStatusCode.Accepted, HttpStatusCode.Created)));
    }

    [Test]
    public async Task Single_POST_with_the_digest_of_other_bytes_is_refused()
    {
        var post = await SendAsync("POST", $"/v2/a/b/blobs/uploads/?digest={Digest}", Blob[1..], Octets);

        Assert.That((post.StatusCode, await post.CodeAsync()), Is.EqualTo((HttpStatusCode.BadRequest, "DIGEST_INVALID")));
        Assert.That(Registry.Repository("a/b").Blobs, Is.Empty);
    }

    [Test]
    public async Task Pushing_in_chunks_each_is_202_with_Location_and_Range_and_the_PUT_is_201([Values] bool lastInPut)
    {
        var first = await SendAsync("PATCH", await Client.StartAsync("a/b"), Blob[..400], Octets, ("Content-Range", "0-399"));
        Assert.That((first.StatusCode, first.Header("Range")), Is.EqualTo((HttpStatusCode.Accepted, "0-399")));
        var location = first.Header("Location");
        if (!lastInPut)
        {
            var second = await SendAsync("PATCH", location, Blob[400..], Octets, ("Content-Range", "400-999"));
            Assert.That((second.StatusCode, second.Header("Range")), Is.EqualTo((HttpStatusCode.Accepted, "0-999")));
            location = second.Header("Location");
        }

        (string, string)[] range = lastInPut ? [("Content-Range", "400-999")] : [];
        var put = await SendAsync("PUT", Wire.WithDigest(location, Digest), lastInPut ? Blob[400..] : null, lastInPut ? Octets : null, range);

        Assert.That(put.StatusCode, Is.EqualTo(HttpStatusCode.Created), await put.Content.ReadAsStringAsync());
        Assert.That(await Client.GetByteArrayAsync(new Uri(put.Header("Location"), UriKind.Relative)), Is.EqualTo(Blob));
        Assert.That(Registry.OpenUploads, Is.Zero);
    }

    [Test]
    public async Task A_minimum_length_of_chunks_is_told_by_the_POST()
    {
        Registry.Quirks = Registry.Quirks with { ChunkMinLength = 5000 };

        Assert.That((await SendAsync("POST", "/v2/a/b/blobs/uploads/")).Header("OCI-Chunk-Min-Length"), Is.EqualTo("5000"));
    }

    [TestCase("400-999", Description = "the first chunk must begin with 0")]
    [TestCase("1-600")]
    public async Task A_chunk_out_of_order_is_416_and_tells_where_the_upload_stands(string range)
    {
        var patch = await SendAsync("PATCH", await Client.StartAsync("a/b"), Blob[400..], Octets, ("Content-Range", range));

        Assert.That((int)patch.StatusCode, Is.EqualTo(416));
        Assert.That(patch.Header("Location"), Is.Not.Empty);
    }

    [Test]
    public async Task A_last_chunk_out_of_order_in_the_PUT_is_416()
    {
        var put = await SendAsync("PUT", Wire.WithDigest(await Client.StartAsync("a/b"), Digest), Blob[400..], Octets, ("Content-Range", "400-999"));

        Assert.That((int)put.StatusCode, Is.EqualTo(416));
    }

    [Test]
    public async Task A_chunk_after_a_repeated_one_goes_on_where_the_GET_says()
    {
        var patch = await SendAsync("PATCH", await Client.StartAsync("a/b"), Blob[..400], Octets, ("Content-Range", "0-399"));
        Assert.That((int)(await SendAsync("PATCH", patch.Header("Location"), Blob[..400], Octets, ("Content-Range", "0-399"))).StatusCode, Is.EqualTo(416));

        var status = await SendAsync("GET", patch.Header("Location"));
        Assert.That((status.StatusCode, status.Header("Range")), Is.EqualTo((HttpStatusCode.NoContent, "0-399")));
        var next = await SendAsync("PATCH", status.Header("Location"), Blob[400..], Octets, ("Content-Range", "400-999"));
        var put = await SendAsync("PUT", Wire.WithDigest(next.Header("Location"), Digest));

        Assert.That((next.StatusCode, put.StatusCode), Is.EqualTo((HttpStatusCode.Accepted, HttpStatusCode.Created)));
    }

    [Test]
    public async Task A_PATCH_without_a_range_is_a_stream()
    {
        var patch = await SendAsync("PATCH", await Client.StartAsync("a/b"), Blob, Octets);
        var put = await SendAsync("PUT", Wire.WithDigest(patch.Header("Location"), Digest));

        Assert.That((patch.StatusCode, put.StatusCode), Is.EqualTo((HttpStatusCode.Accepted, HttpStatusCode.Created)));
    }

    [TestCase("")]
    [TestCase("sha256:00")]
    [TestCase("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [TestCase("sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task The_closing_PUT_must_include_the_digest_of_the_whole_blob(string digest)
    {
        var put = await SendAsync("PUT", Wire.WithDigest(await Client.StartAsync("a/b"), digest), Blob, Octets);

        Assert.That((put.StatusCode, await put.CodeAsync()), Is.EqualTo((HttpStatusCode.BadRequest, "DIGEST_INVALID")));
        Assert.That(Registry.Repositories, Is.Empty);
    }

    [Test]
    public async Task An_old_Location_is_refused()
    {
        var location = await Client.StartAsync("a/b");
        await SendAsync("PATCH", location, Blob[..400], Octets, ("Content-Range", "0-399"));

        Assert.That(await (await SendAsync("PATCH", location, Blob[400..], Octets, ("Content-Range", "400-999"))).CodeAsync(), Is.EqualTo("BLOB_UPLOAD_INVALID"));
    }

    [Test]
    public async Task A_cancelled_upload_is_gone()
    {
        var location = await Client.StartAsync("a/b");

        Assert.That((await SendAsync("DELETE", location)).StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        var get = await SendAsync("GET", location);
        Assert.That((get.StatusCode, await get.CodeAsync()), Is.EqualTo((HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN")));
        Assert.That(Registry.OpenUploads, Is.Zero);
    }

    [Test]
    public async Task Mounting_a_blob_is_201_with_its_Location([Values] bool withFrom)
    {
        await Client.PushBlobAsync("one/two", Blob);

        var mount = await SendAsync("POST", $"/v2/a/b/blobs/uploads/?mount={Digest}{(withFrom ? "&from=one/two" : "")}");

        Assert.That(mount.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(await Client.GetByteArrayAsync(new Uri(mount.Header("Location"), UriKind.Relative)), Is.EqualTo(Blob));
    }

    [TestCase("from=one/other", Description = "the blob is elsewhere")]
    [TestCase("from=no/such")]
    [TestCase("from=..%2F..%2Fetc")]
    public async Task A_mount_that_cannot_be_done_is_202_and_an_upload(string from)
    {
        await Client.PushBlobAsync("one/two", Blob);

        var mount = await SendAsync("POST", $"/v2/a/b/blobs/uploads/?mount={Digest}&{from}");

        Assert.That(mount.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That((await SendAsync("PUT", Wire.WithDigest(mount.Header("Location"), Digest), Blob, Octets)).StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }
}
