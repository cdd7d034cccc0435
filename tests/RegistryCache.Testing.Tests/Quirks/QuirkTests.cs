using System.Text;

namespace RegistryCache.Testing.Tests.Quirks;

/// <summary>Each profile stops a client that knows only one registry, and lets one pass that knows what was reported.</summary>
internal sealed class QuirkTests : RegistryFixture
{
    private const string Octets = "application/octet-stream";

    [Test]
    public async Task Ecr_refuses_a_repository_that_nobody_created()
    {
        Registry.Quirks = RegistryQuirks.Ecr;

        var naive = await SendAsync("POST", "/v2/a/b/blobs/uploads/");
        Registry.CreateRepository("a/b");
        var careful = await SendAsync("POST", "/v2/a/b/blobs/uploads/");

        Assert.That(((int)naive.StatusCode, await naive.CodeAsync(), (int)careful.StatusCode), Is.EqualTo((404, "NAME_UNKNOWN", 202)));
        Assert.That(careful.Header("Location"), Does.StartWith(Registry.Url.ToString()));
    }

    [Test]
    public async Task Ecr_fools_a_client_that_believes_its_Range()
    {
        Registry.Quirks = RegistryQuirks.Ecr;
        Registry.CreateRepository("a/b");
        var bytes = Wire.Bytes(300);

        var first = await SendAsync("PATCH", await Client.StartAsync("a/b"), bytes[..100], Octets, ("Content-Range", "0-99"));
        var second = await SendAsync("PATCH", first.Header("Location"), bytes[100..200], Octets, ("Content-Range", "100-199"));
        Assert.That(second.Header("Range"), Is.EqualTo("0-99"), "although 200 bytes are stored");
        var naive = await SendAsync("PATCH", second.Header("Location"), bytes[100..200], Octets, ("Content-Range", "100-199"));
        var careful = await SendAsync("PATCH", second.Header("Location"), bytes[200..], Octets, ("Content-Range", "200-299"));

        Assert.That(((int)naive.StatusCode, (int)careful.StatusCode), Is.EqualTo((416, 202)));
        Assert.That((int)(await SendAsync("PUT", Wire.WithDigest(careful.Header("Location"), Wire.Sha256(bytes)))).StatusCode, Is.EqualTo(201));
    }

    [Test]
    public async Task Ghcr_refuses_large_chunks_and_takes_small_ones()
    {
        Registry.Quirks = RegistryQuirks.Ghcr;
        var bytes = Wire.Bytes((4 << 20) + 1);
        var location = await Client.StartAsync("a/b");

        var naive = await SendAsync("PATCH", location, bytes, Octets, ("Content-Range", $"0-{bytes.Length - 1}"));
        var careful = await SendAsync("PATCH", location, bytes[..^1], Octets, ("Content-Range", $"0-{bytes.Length - 2}"));

        Assert.That(((int)naive.StatusCode, await naive.CodeAsync()), Is.EqualTo((416, "REQUESTED_RANGE_NOT_SATISFIABLE")));
        Assert.That((int)careful.StatusCode, Is.EqualTo(202));
    }

    [Test]
    public async Task GoogleArtifactRegistry_refuses_the_second_chunk_and_takes_the_whole()
    {
        Registry.Quirks = RegistryQuirks.GoogleArtifactRegistry;
        var bytes = Wire.Bytes(200);

        var first = await SendAsync("PATCH", await Client.StartAsync("a/b"), bytes[..100], Octets, ("Content-Range", "0-99"));
        var naive = await SendAsync("PATCH", first.Header("Location"), bytes[100..], Octets, ("Content-Range", "100-199"));
        await Client.PushBlobAsync("a/b", bytes);

        Assert.That((int)naive.StatusCode, Is.EqualTo(400));
    }

    [Test]
    public async Task Artifactory_wants_chunks_and_no_POST_for_tokens()
    {
        Registry.Reset(new() { Quirks = RegistryQuirks.Artifactory });
        var bytes = Wire.Bytes(200);
        var location = await Client.StartAsync("a/b");

        var naive = await SendAsync("PUT", Wire.WithDigest(location, Wire.Sha256(bytes)), bytes, Octets);
        var patch = await SendAsync("PATCH", location, bytes, Octets, ("Content-Range", "0-199"));
        var careful = await SendAsync("PUT", Wire.WithDigest(patch.Header("Location"), Wire.Sha256(bytes)));
        var token = await SendAsync("POST", "/token", "grant_type=password"u8.ToArray(), "application/x-www-form-urlencoded");

        Assert.That(((int)naive.StatusCode, (int)careful.StatusCode, (int)token.StatusCode), Is.EqualTo((405, 201, 401)));
    }

    [Test]
    public async Task Acr_gives_refresh_tokens_and_takes_them()
    {
        Registry.Reset(new() { Quirks = RegistryQuirks.Acr, Authentication = RegistryAuthentication.Bearer("u", "p") });

        var first = await (await TokenAsync("grant_type=password&username=u&password=p")).JsonAsync();
        var second = await TokenAsync($"grant_type=refresh_token&refresh_token={(string)first["refresh_token"]!}");
        Registry.RevokeRefreshTokens();
        var third = await TokenAsync($"grant_type=refresh_token&refresh_token={(string)first["refresh_token"]!}");

        Assert.That(((int)second.StatusCode, (int)third.StatusCode), Is.EqualTo((200, 401)), "a client that keeps the first for ever fails");

        Task<HttpResponseMessage> TokenAsync(string form) => SendAsync("POST", "/token", Encoding.UTF8.GetBytes(form), "application/x-www-form-urlencoded");
    }

    [TestCase("Ecr", 405, "UNSUPPORTED")]
    [TestCase("GoogleArtifactRegistry", 400, "MANIFEST_INVALID")]
    [TestCase("Harbor", 404, "NOT_FOUND")]
    [TestCase("Artifactory", 400, "MANIFEST_INVALID")]
    [TestCase("Quay", 400, "MANIFEST_INVALID")]
    public async Task A_cache_as_an_index_is_refused_and_an_image_index_is_not(string profile, int status, string code)
    {
        var blob = await Client.PushBlobAsync("a/b", [1]);
        var image = await Client.PushImageAsync("a/b", "image");
        Registry.Quirks = (RegistryQuirks)typeof(RegistryQuirks).GetProperty(profile)!.GetValue(null)!;

        var cache = await SendAsync("PUT", "/v2/a/b/manifests/cache", Index("application/vnd.oci.image.layer.v1.tar+gzip", blob), Wire.IndexType);
        var index = await SendAsync("PUT", "/v2/a/b/manifests/multi", Index(Wire.ManifestType, image), Wire.IndexType);

        Assert.That(((int)cache.StatusCode, await cache.CodeAsync(), (int)index.StatusCode), Is.EqualTo((status, code, 201)));
    }

    [Test]
    public async Task Quay_fools_a_client_that_makes_the_next_page_by_itself()
    {
        Registry.Quirks = RegistryQuirks.Quay;
        foreach (var number in Enumerable.Range(0, 60))
            Registry.Repository("a/b").Tag($"t{number:D2}", Wire.Sha256([1]));

        var page = await SendAsync("GET", "/v2/a/b/tags/list");
        var link = page.Header("Link");
        var rest = await SendAsync("GET", link[1..link.IndexOf('>', StringComparison.Ordinal)]);

        Assert.That((await page.JsonAsync())["tags"]!.AsArray(), Has.Count.EqualTo(50), "whoever takes a list as the whole loses ten");
        Assert.That(link, Does.Contain("next_page=").And.Not.Contain("last="));
        Assert.That((await rest.JsonAsync())["tags"]!.AsArray(), Has.Count.EqualTo(10));
    }

    [Test]
    public async Task Nexus_refuses_the_slower_of_two_uploads_although_the_blob_is_there()
    {
        Registry.Quirks = RegistryQuirks.Nexus;
        var bytes = Wire.Bytes(100);
        var slow = await Client.StartAsync("a/b");
        await Client.PushBlobAsync("a/b", bytes);

        var naive = await SendAsync("PUT", Wire.WithDigest(slow, Wire.Sha256(bytes)), bytes, Octets);
        var careful = await SendAsync("HEAD", $"/v2/a/b/blobs/{Wire.Sha256(bytes)}");

        Assert.That(((int)naive.StatusCode, await naive.CodeAsync(), (int)careful.StatusCode), Is.EqualTo((400, "BLOB_UPLOAD_INVALID", 200)));
    }

    [TestCase("GitLab")]
    [TestCase("DockerHub")]
    public async Task The_token_server_is_on_another_host(string profile)
    {
        var quirks = (RegistryQuirks)typeof(RegistryQuirks).GetProperty(profile)!.GetValue(null)!;
        Registry.Reset(new() { Quirks = quirks, Authentication = RegistryAuthentication.Bearer("u", "p") });

        var challenge = (await SendAsync("GET", "/v2/")).Header("WWW-Authenticate");
        var realm = challenge.Split('"')[1];
        var token = await SendAsync("GET", realm + "?scope=repository:a/b:pull", null, null, ("Authorization", "Basic dTpw"));

        Assert.That(new Uri(realm).Authority, Is.EqualTo(Registry.StorageHost).And.Not.EqualTo(Registry.Host));
        Assert.That((int)token.StatusCode, Is.EqualTo(200));
        Assert.That(Registry.Leaks, Is.Empty, "the token server may have the credential");
    }

    [Test]
    public async Task DockerHub_counts_GETs_of_manifests_and_no_HEADs()
    {
        Registry.Quirks = RegistryQuirks.DockerHub with { PullLimit = 2 };
        await Client.PushImageAsync("a/b", "v1");

        var head = await SendAsync("HEAD", "/v2/a/b/manifests/v1");
        var gets = new[] { await SendAsync("GET", "/v2/a/b/manifests/v1"), await SendAsync("GET", "/v2/a/b/manifests/v1"), await SendAsync("GET", "/v2/a/b/manifests/v1") };

        Assert.That(head.Header("RateLimit-Remaining"), Is.EqualTo("2;w=21600"));
        Assert.That(gets.Select(static g => ((int)g.StatusCode, g.Header("RateLimit-Remaining"))), Is.EqualTo(new[] { (200, "1;w=21600"), (200, "0;w=21600"), (429, "0;w=21600") }));
        Assert.That(gets[2].Header("Retry-After"), Is.Not.Empty);
    }

    [TestCase(LocationForm.HostRelative)]
    [TestCase(LocationForm.Absolute)]
    [TestCase(LocationForm.WithoutScheme)]
    [TestCase(LocationForm.WithoutQuery)]
    public async Task Every_form_of_a_Location_leads_to_the_upload(LocationForm form)
    {
        Registry.Quirks = new() { Location = form };
        var location = await Client.StartAsync("a/b");

        var put = await SendAsync("PUT", new Uri(Registry.Url, Wire.WithDigest(location, Wire.Sha256([1]))).ToString(), [1], Octets);

        Assert.That((int)put.StatusCode, Is.EqualTo(201));
    }

    private static byte[] Index(string type, string digest) => Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"mediaType":"{{Wire.IndexType}}","manifests":[{"mediaType":"{{type}}","digest":"{{digest}}","size":1}]}""");
}
