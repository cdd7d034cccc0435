using System.Net;

namespace RegistryCache.Testing.Tests.Specification;

/// <summary>distribution-spec 1.1: "Content Management", "Error Codes" and "Warnings".</summary>
internal sealed class ContentManagementTests : RegistryFixture
{
    private static readonly string[] Codes =
    [
        "BLOB_UNKNOWN", "BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "DIGEST_INVALID", "MANIFEST_BLOB_UNKNOWN", "MANIFEST_INVALID", "MANIFEST_UNKNOWN",
        "NAME_INVALID", "NAME_UNKNOWN", "SIZE_INVALID", "UNAUTHORIZED", "DENIED", "UNSUPPORTED", "TOOMANYREQUESTS",
    ];

    [Test]
    public async Task Deleting_a_tag_is_202_and_the_manifest_stays()
    {
        var digest = await Client.PushImageAsync("a/b", "v1");

        Assert.That((await SendAsync("DELETE", "/v2/a/b/manifests/v1")).StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That((await SendAsync("GET", "/v2/a/b/manifests/v1")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await SendAsync("GET", $"/v2/a/b/manifests/{digest}")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase(400)]
    [TestCase(405)]
    public async Task Deleting_a_tag_where_it_is_disabled_is_400_or_405(int status)
    {
        await Client.PushImageAsync("a/b", "v1");
        Registry.Quirks = Registry.Quirks with { TagDeletionStatus = status };

        Assert.That((int)(await SendAsync("DELETE", "/v2/a/b/manifests/v1")).StatusCode, Is.EqualTo(status));
    }

    [Test]
    public async Task Deleting_a_manifest_is_202_and_takes_its_tags_with_it()
    {
        var digest = await Client.PushImageAsync("a/b", "v1");

        Assert.That((await SendAsync("DELETE", $"/v2/a/b/manifests/{digest}")).StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That((await SendAsync("HEAD", $"/v2/a/b/manifests/{digest}")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await SendAsync("HEAD", "/v2/a/b/manifests/v1")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await SendAsync("DELETE", $"/v2/a/b/manifests/{digest}")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Deleting_from_a_repository_that_does_not_exist_is_404([Values("manifests", "blobs")] string kind) =>
        Assert.That((await SendAsync("DELETE", $"/v2/none/such/{kind}/{Wire.Sha256([1])}")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));

    [Test]
    public async Task Deleting_a_blob_is_202_and_other_repositories_keep_it()
    {
        var digest = await Client.PushBlobAsync("a/b", [1]);
        await Client.PushBlobAsync("a/other", [1]);

        Assert.That((await SendAsync("DELETE", $"/v2/a/b/blobs/{digest}")).StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That((await SendAsync("HEAD", $"/v2/a/b/blobs/{digest}")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await SendAsync("HEAD", $"/v2/a/other/blobs/{digest}")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await SendAsync("DELETE", $"/v2/a/b/blobs/{digest}")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("GET", "/v2/A/b/tags/list", 400)]
    [TestCase("GET", "/v2/a..b/tags/list", 400)]
    [TestCase("GET", "/v2/a/b/blobs/none", 400)]
    [TestCase("GET", "/v2/a/b/blobs/sha256:00", 400)]
    [TestCase("GET", "/v2/a/b/tags/other", 404)]
    [TestCase("GET", "/v2/a/b/manifests/none", 404)]
    [TestCase("GET", "/v2/a/b/nothing", 404)]
    [TestCase("GET", "/v1/search", 404)]
    [TestCase("POST", "/v2/a/b/manifests/v1", 405)]
    [TestCase("PATCH", "/v2/a/b/blobs/sha256:0000000000000000000000000000000000000000000000000000000000000000", 405)]
    [TestCase("GET", "/v2/a/b/blobs/uploads/", 405)]
    [TestCase("PUT", "/v2/a/b/blobs/uploads/none?digest=x", 404)]
    [TestCase("DELETE", "/v2/a/b/tags/list", 405)]
    public async Task Errors_have_a_code_of_the_specification_in_the_form_of_the_specification(string method, string target, int status)
    {
        var answer = await SendAsync(method, target);

        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(answer.Header("Content-Type"), Is.EqualTo("application/json"));
        Assert.That(Codes, Does.Contain(await answer.CodeAsync()));
    }

    [Test]
    public async Task A_warning_comes_with_every_answer()
    {
        Registry.Quirks = Registry.Quirks with { Warning = "299 - \"closes soon\"" };

        Assert.That((await SendAsync("GET", "/v2/")).Header("Warning"), Is.EqualTo("299 - \"closes soon\""));
    }
}
