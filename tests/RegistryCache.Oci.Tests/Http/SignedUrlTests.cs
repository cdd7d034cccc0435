using System.Diagnostics;
using System.Net;
using System.Text.Json;
using RegistryCache.Fixtures;
using RegistryCache.Oci.Tests.Credentials;

namespace RegistryCache.Oci.Tests.Http;

/// <summary>The secrets of a request's own URL: what a storage server repeats of the signed URL that a redirect sent us to.</summary>
[NonParallelizable]
public sealed class SignedUrlTests
{
    private const string Storage = "storage.example";
    private const string Signature = "s3cr3t-s1gnature+/=&%é";
    private const string Secret = "X-Amz-Signature";

    private static readonly string[] Places =
        ["body", "errors", "detail", "html", "request id", "rate limit", "warning", "status line", "broken body", "next body", "next path", "next host", "scheme"];

    [Test]
    public async Task No_form_of_a_signature_comes_back([ValueSource(nameof(Places))] string place, [Values] bool isUpload)
    {
        foreach (var (form, encode) in SecretForms.All)
        {
            var echo = encode(Signature);
            var seen = await SeenAsync(place, $"<<{echo}>>", isUpload);

            Assert.That(seen, Does.Contain("storage.example"), "the request went there");
            Assert.That(seen, Does.Not.Contain(echo).And.Not.Contain(ErrorText.Clean(echo)), $"{place}: {form}");
            Assert.That(Uri.UnescapeDataString(seen), Does.Not.Contain(echo), $"{place}: {form}, unescaped");
        }
    }

    [Test]
    public async Task No_part_of_a_signature_comes_back([ValueSource(nameof(Places))] string place)
    {
        foreach (var (name, part) in SecretForms.Parts)
            Assert.That(await SeenAsync(place, $"<<{part(Signature)}>>", isUpload: false), Does.Not.Contain(part(Signature)), $"{place}: {name}");
    }

    [TestCase("Policy expired: Expires=900", "Policy expired: REDACTED")]
    [TestCase("900 s are over", "900 s are over")]
    [TestCase("digest=sha256:12 is unknown", "digest=sha256:12 is unknown")]
    public async Task A_short_value_is_one_only_with_its_name(string said, string shown) =>
        Assert.That(await SeenAsync("body", said, isUpload: false), Does.Contain($"({shown})"));

    private static async Task<string> SeenAsync(string place, string echo, bool isUpload)
    {
        var logger = new RecordingLogger();
        var activities = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == RegistryClient.ActivitySourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (activities)
                    activities.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        var options = new RegistryClientOptions
        {
            LoggerFactory = logger,
            ConfigureHandler = _ => new ScriptedHandler(request => Answer(place, echo, request)),
        };
        options = options with { MaxAttempts = 1 };
        await using var client = new RegistryClient(options);
        var error = Assert.CatchAsync<RegistryCacheException>(() => AskAsync(client, isUpload));

        var response = error as RegistryResponseException;
        lock (activities)
        {
            return string.Join('\n', [
                $"{error}", string.Join('|', response?.Errors ?? []), $"{response?.RequestId} {response?.Limits} {response?.Url} {response?.Hint}",
                .. logger.All, .. activities.SelectMany(static a => a.TagObjects.Select(static t => $"{t.Key}={t.Value}").Append(a.DisplayName + a.StatusDescription))]);
        }
    }

    private static async Task AskAsync(RegistryClient client, bool isUpload)
    {
        var repository = client.OpenRepository("r.example", "acme/app");
        if (isUpload)
        {
            await repository.PushBlobAsync(new Descriptor(MediaTypes.OciLayer, Digest.OfText("x"), 1), BlobSource.FromBytes("x"u8.ToArray()), null, CancellationToken.None);
            return;
        }

        await foreach (var tag in repository.ListTagsAsync())
            Assert.Fail(tag);
    }

    private static HttpResponseMessage Answer(string place, string echo, HttpRequestMessage request)
    {
        HttpResponseMessage Say(HttpStatusCode status, string body) => new(status) { RequestMessage = request, Content = new StringContent(body) };
        HttpResponseMessage With(HttpResponseMessage answer, string name, string value)
        {
            answer.Headers.TryAddWithoutValidation(name, value);
            return answer;
        }

        var uri = request.RequestUri!;
        if (uri.Host == "r.example")
        {
            // An upload may be sent to the storage from its start; then the location is an upload's state as well as a signed URL.
            var signed = $"https://{Storage}/data?{Secret}={Uri.EscapeDataString(Signature)}&Expires=900&digest=sha256:12";
            return request.Method == HttpMethod.Head ? Say(HttpStatusCode.NotFound, "") : With(Say(HttpStatusCode.TemporaryRedirect, ""), "Location", signed);
        }

        if (uri.Host != Storage)
            return Say(HttpStatusCode.Forbidden, echo);
        return place switch
        {
            "errors" => Say(HttpStatusCode.Forbidden, JsonSerializer.Serialize(new { errors = new[] { new { code = echo, message = echo } } })),
            "detail" => Say(HttpStatusCode.BadRequest, JsonSerializer.Serialize(new { errors = new[] { new { code = "DENIED", message = "no", detail = new { sent = new[] { echo } } } } })),
            "html" => Say(HttpStatusCode.BadRequest, $"<html><body>{WebUtility.HtmlEncode(echo)}</body></html>"),
            "request id" => With(Say(HttpStatusCode.Forbidden, ""), "X-Request-Id", echo),
            "rate limit" => With(Say(HttpStatusCode.Forbidden, ""), "RateLimit-Limit", echo),
            "warning" => With(Say(HttpStatusCode.Forbidden, ""), "Warning", echo),
            "status line" => throw new HttpRequestException(HttpRequestError.InvalidResponse, echo, new IOException(echo)),
            "broken body" => new(HttpStatusCode.OK) { RequestMessage = request, Content = new StreamContent(new BrokenStream(echo)) },
            "next body" => With(Say(HttpStatusCode.TemporaryRedirect, ""), "Location", "https://other.example/x"),
            "next path" => With(Say(HttpStatusCode.TemporaryRedirect, ""), "Location", $"https://other.example/{Uri.EscapeDataString(echo)}"),
            "next host" => With(Say(HttpStatusCode.TemporaryRedirect, ""), "Location", $"http://{Letters(echo)}.example/x"),
            "scheme" => With(Say(HttpStatusCode.TemporaryRedirect, ""), "Location", $"x{Letters(echo)}:x"),
            _ => Say(HttpStatusCode.Forbidden, echo),
        };
    }

    private static string Letters(string echo) =>
        string.Concat(echo.Where(static c => char.IsAsciiLetterOrDigit(c) || c == '-')).Trim('-') is { Length: > 0 and < 60 } letters ? letters : "x";

    /// <summary>A body in which the framework meets something that it quotes.</summary>
    private sealed class BrokenStream(string message) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException(message);
    }
}
