using System.Net;
using System.Text;
using RegistryCache.Storage;

namespace RegistryCache.Oci.Tests.Http;

/// <summary>A 404 of a registry is a miss. A 404 of any other server is an error, because the host is wrong.</summary>
internal sealed class NoRegistryTests
{
    private const string Manifest = "GET https://r.example/v2/a/b/manifests/t";
    private const string Base = "GET https://r.example/v2/";

    [Test]
    public void A_web_server_is_no_registry()
    {
        var handler = new ScriptedHandler(static _ => Answer(404, "text/html", "<h1>Not Found</h1>"));

        var error = Assert.CatchAsync<RegistryCacheException>(() => FetchAsync(handler))!;

        Assert.That((error.Code, error.IsTransient), Is.EqualTo((RegistryCacheErrorCode.RegistryProtocol, false)));
        Assert.That(error.Message, Does.Contain("r.example").And.Contains("no registry").And.Contains("Check the host"));
        Assert.That(handler.Requests, Is.EqualTo([Manifest, Base]));
    }

    [TestCase(200)]
    [TestCase(401)]
    [TestCase(403)]
    [TestCase(500)]
    public async Task A_registry_that_says_nothing_with_its_404_is_asked_once(int status)
    {
        var handler = new ScriptedHandler(request => request.RequestUri!.AbsolutePath == "/v2/"
            ? new HttpResponseMessage((HttpStatusCode)status) : Answer(404, "text/plain", "404 page not found"));

        Assert.That(await FetchAsync(handler, times: 2), Is.Null);
        Assert.That(handler.Requests, Is.EqualTo([Manifest, Base, Manifest]));
    }

    [Test]
    public async Task A_registry_that_is_known_by_its_answer_is_not_asked()
    {
        var handler = new ScriptedHandler(_ =>
        {
            var answer = Answer(404, "text/plain", "");
            answer.Headers.Add("Docker-Distribution-Api-Version", "registry/2.0");
            return answer;
        });

        Assert.That(await FetchAsync(handler), Is.Null);
        Assert.That(handler.Requests, Is.EqualTo([Manifest]));
    }

    [Test]
    public void A_listing_of_tags_tells_it_too()
    {
        var handler = new ScriptedHandler(static _ => Answer(404, "application/json", """{"message":"no route"}"""));

        var error = Assert.CatchAsync<RegistryCacheException>(async () =>
        {
            await using var client = new RegistryClient(new RegistryClientOptions { ConfigureHandler = _ => handler });
            await client.OpenRepository("r.example", "a/b").ListTagsAsync(CancellationToken.None).CountAsync();
        })!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryProtocol));
    }

    [Test]
    public async Task A_registry_that_breaks_off_then_is_believed()
    {
        var handler = new ScriptedHandler(static request => request.RequestUri!.AbsolutePath == "/v2/"
            ? throw new HttpRequestException("gone") : Answer(404, "text/plain", ""));

        Assert.That(await FetchAsync(handler), Is.Null);
    }

    private static async Task<ManifestContent?> FetchAsync(ScriptedHandler handler, int times = 1)
    {
        await using var client = new RegistryClient(new RegistryClientOptions { ConfigureHandler = _ => handler });
        var store = client.OpenRepository("r.example", "a/b");
        ManifestContent? found = null;
        for (var i = 0; i < times; i++)
            found = await store.FetchManifestAsync(ManifestReference.ByTag("t"), 1 << 20, CancellationToken.None);
        return found;
    }

    private static HttpResponseMessage Answer(int status, string type, string body)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        answer.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        return answer;
    }
}
