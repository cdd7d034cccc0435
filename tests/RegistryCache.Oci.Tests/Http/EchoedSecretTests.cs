using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using RegistryCache.Fixtures;
using RegistryCache.Oci.Http;
using RegistryCache.Oci.Tests.Credentials;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Http;

/// <summary>Every form of a secret, through every place where a server can repeat it, into exceptions, logs and activities.</summary>
[NonParallelizable]
public sealed class EchoedSecretTests
{
    private static readonly string[] Places =
        ["token body", "token errors", "token status line", "registry body", "registry errors", "registry detail", "registry html", "request id", "rate limit", "warning", "redirect path", "redirect host", "failure", "realm"];

    private static IEnumerable<TestCaseData> PlacesOfSecrets() =>
        [.. Places.Select(static place => new TestCaseData(place, false)), .. Places.Select(static place => new TestCaseData(place, true).SetCategory("Slow"))];

    [TestCaseSource(nameof(PlacesOfSecrets))]
    [Category("Slow")]
    public async Task No_form_of_a_secret_comes_back(string place, bool isToken)
    {
        // All secrets are tried below; here one that every encoding changes, and a short one.
        foreach (var secret in SecretForms.Secrets.Skip(1).Take(2))
        {
            foreach (var (form, encode) in SecretForms.All)
            {
                // A short secret can be a normal part of a URL, so there it is found only together with its user name.
                var isInUrl = place.StartsWith("redirect", StringComparison.Ordinal) || place == "realm";
                if (isInUrl && secret.Length < EchoedSecrets.ShortSecret && (isToken || !form.EndsWith("pair", StringComparison.Ordinal)))
                    continue;
                var echo = encode(secret);
                var seen = await SeenAsync(place, $"<<{echo}>>", secret, isToken);

                // A form that leaves a short secret as one or two letters says nothing by itself, so it is looked for between its marks.
                Assert.That(seen, Does.Not.Contain($"<<{ErrorText.Clean(echo)}>>"), $"{place}: {form} of '{secret}'");
                if (echo.Length >= 8)
                    Assert.That(seen, Does.Not.Contain(echo), $"{place}: {form} of '{secret}'");
                if (secret.Length >= EchoedSecrets.ShortSecret)
                    Assert.That(Uri.UnescapeDataString(seen), Does.Not.Contain(echo), $"{place}: {form} of '{secret}', unescaped");
            }
        }
    }

    [Test]
    public void Every_form_of_every_secret_is_found([ValueSource(typeof(SecretForms), nameof(SecretForms.Secrets))] string secret)
    {
        foreach (var (form, encode) in SecretForms.All)
        {
            foreach (var (before, after) in new[] { ("", ""), ("sent ", " to us"), ("{\"x\":\"", "\"}"), ("auth=", "&y"), ("%41", "%42") })
                Assert.That(Remove(before + encode(secret) + after, [secret]), Does.StartWith("(withheld").Or.Not.Contain(encode(secret)), form);
        }
    }

    [Test]
    public void Every_part_of_eight_characters_is_found_in_every_form(
        [Values("s3cr3t-password", "Pa$$ w0rd+/=&%é\"\\<>'~", "aaaaaaaaaaaa", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U")] string secret)
    {
        foreach (var (name, part) in SecretForms.Parts)
        {
            foreach (var (form, encode) in SecretForms.All)
            {
                var echo = encode(part(secret));
                foreach (var (before, after) in new[] { ("", ""), ("sent ", " to us"), ("{\"x\":\"", "\"}"), ("auth=", "&y") })
                    Assert.That(Remove(before + echo + after, [secret]), Does.Not.Contain(echo).And.Contain("REDACTED"), $"{name}, {form}");
            }
        }
    }

    [Test]
    public async Task No_part_of_a_secret_comes_back([ValueSource(nameof(Places))] string place, [Values] bool isToken)
    {
        const string Secret = "s3cr3t-passphrase-of-8";
        foreach (var (name, part) in SecretForms.Parts)
            Assert.That(await SeenAsync(place, $"<<{part(Secret)}>>", Secret, isToken), Does.Not.Contain(part(Secret)), $"{place}: {name}");
    }

    [Test]
    public void No_line_of_a_broken_Base64_is_left()
    {
        const string Secret = "s3cr3t-passphrase-of-8";
        var echo = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('x', 50) + Secret + new string('y', 80)), Base64FormattingOptions.InsertLineBreaks);

        Assert.That(Remove($"got: {echo}!", [Secret]), Is.EqualTo("got: REDACTED=!"));
    }

    [Test]
    public void Seven_characters_are_no_part() =>
        Assert.That(Remove("sword-p and s3cr3t-", ["s3cr3t-pas5word-pa"]), Is.EqualTo("sword-p and s3cr3t-"));

    [Test]
    public void Public_names_are_not_part_of_a_secret()
    {
        var secrets = new SecretSet(["acme-registry-password"], known: ["acme-registry/app"]);

        Assert.That(EchoedSecrets.Remove("acme-registry/app denied", secrets), Is.EqualTo("acme-registry/app denied"));
        Assert.That(EchoedSecrets.Remove("acme-registry-password denied", secrets), Is.EqualTo("REDACTED denied"), "as a whole it is one");
        Assert.That(EchoedSecrets.Remove("registry-passw denied", secrets), Is.EqualTo("rREDACTED denied"));
    }

    [TestCase("denied: requested access to the resource is denied")]
    [TestCase("invalid tag: 1.0-rc+2, see https://example.com/a%20b?x=1&amp;y=\\u0041")]
    [TestCase("dG9rZW46b3RoZXI= 0123456789abcdef")]
    public void What_holds_no_secret_stays_as_it_is(string text) =>
        Assert.That(Remove(text, ["s3cr3t-password", "another-one"]), Is.EqualTo(text));

    [Test]
    public void Only_the_secret_is_taken_out_of_a_long_text()
    {
        Assert.That(Remove("you sent s3cr3t-password, twice: s3cr3t-password!", ["s3cr3t-password"]), Is.EqualTo("you sent REDACTED, twice: REDACTED!"));
        Assert.That(Remove("a%20s3cr3t%2Dpassword b", ["s3cr3t-password"]), Is.EqualTo("a%20REDACTED b"));
        Assert.That(Remove("wrong password: hunt2", ["hunt2"]), Does.StartWith("(withheld"));
    }

    [Test]
    [Category("Slow")]
    public void A_hostile_text_takes_no_more_than_linear_time()
    {
        var tokens = Enumerable.Range(0, 256).Select(static i => TestBlob.Create(1500, i)).Select(static blob => Convert.ToBase64String(blob.Bytes)).ToArray();
        foreach (var unit in new[] { "%25", "\\\\", "&amp;", "QUFB", "4142", "&#x26;", "%", "aaaaaaaaaaaa", "QUFB\r\n", "a\n\t", "\r\n", "s3cr3t-p" })
        {
            var text = string.Concat(Enumerable.Repeat(unit, 65536 / unit.Length));
            Assert.That(Remove(text, ["s3cr3t-password", "aaaaaaaaaaab", .. tokens]), Is.Not.Empty);
        }
    }

    private static string Remove(string text, string[] secrets) => EchoedSecrets.Remove(text, new SecretSet(secrets));

    private static async Task<string> SeenAsync(string place, string echo, string secret, bool isToken)
    {
        var credential = isToken ? RegistryCredential.FromIdentityToken(secret) : RegistryCredential.FromPassword(SecretForms.User, secret);
        var wantsToken = isToken || place.StartsWith("token", StringComparison.Ordinal) || place == "realm";
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
            Credentials = CredentialProvider.FromMemory(new Dictionary<string, RegistryCredential> { ["r.example"] = credential }),
            LoggerFactory = logger,
            ConfigureHandler = _ => new ScriptedHandler(request => Answer(place, echo, wantsToken, request)),
        };
        options = options with { MaxAttempts = 1 };
        await using var client = new RegistryClient(options);
        Exception? error = null;
        try
        {
            await foreach (var tag in client.OpenRepository("r.example", "acme/app").ListTagsAsync())
                Assert.Fail(tag);
        }
        catch (RegistryCacheException e)
        {
            error = e;
        }

        var response = error as RegistryResponseException;
        lock (activities)
        {
            return string.Join('\n', [
                $"{error}", string.Join('|', response?.Errors ?? []), $"{response?.RequestId} {response?.Limits} {response?.Url} {response?.Hint} {response?.CredentialNote}",
                .. logger.All, .. activities.SelectMany(static a => a.TagObjects.Select(static t => $"{t.Key}={t.Value}").Append(a.DisplayName + a.StatusDescription))]);
        }
    }

    private static HttpResponseMessage Answer(string place, string echo, bool wantsToken, HttpRequestMessage request)
    {
        HttpResponseMessage Say(HttpStatusCode status, string body) => new(status) { RequestMessage = request, Content = new StringContent(body) };

        if (request.RequestUri!.AbsolutePath == "/token")
        {
            return place switch
            {
                "token body" => Say(HttpStatusCode.Unauthorized, echo),
                "token errors" => Say(HttpStatusCode.BadRequest, Errors(echo)),
                "token status line" => throw new HttpRequestException($"Received an invalid status line: '{echo}'.", new IOException(echo)),
                _ => Say(HttpStatusCode.OK, """{"token":"a-token-of-the-server"}"""),
            };
        }

        if (request.RequestUri.Host != "r.example")
            return Say(HttpStatusCode.Forbidden, echo);
        if (request.Headers.Authorization is null)
        {
            var challenge = Say(HttpStatusCode.Unauthorized, "");
            var realm = place == "realm" ? $"https://{Hosts(echo)}.example/token" : "https://r.example/token";
            challenge.Headers.TryAddWithoutValidation("WWW-Authenticate", wantsToken ? $"Bearer realm=\"{realm}\",service=\"s\"" : "Basic realm=\"r\"");
            return challenge;
        }

        var answer = place switch
        {
            "registry errors" => Say(HttpStatusCode.Forbidden, Errors(echo)),
            "registry detail" => Say(HttpStatusCode.BadRequest, JsonSerializer.Serialize(new { errors = new[] { new { code = "DENIED", message = "no", detail = new { sent = new[] { echo } } } } })),
            "registry html" => Say(HttpStatusCode.BadRequest, $"<html><body>{WebUtility.HtmlEncode(echo)}</body></html>"),
            "failure" => throw new HttpRequestException(HttpRequestError.InvalidResponse, echo, new IOException(echo)),
            "redirect path" or "redirect host" => Say(HttpStatusCode.TemporaryRedirect, ""),
            "request id" or "rate limit" or "warning" or "realm" => Say(HttpStatusCode.Forbidden, ""),
            _ => Say(HttpStatusCode.Forbidden, echo),
        };
        if (place.StartsWith("redirect", StringComparison.Ordinal))
            answer.Headers.TryAddWithoutValidation("Location", place == "redirect host" ? $"http://{Hosts(echo)}.example/x" : $"https://other.example/x/{Uri.EscapeDataString(echo)}");
        var header = place switch { "request id" => "X-Request-Id", "rate limit" => "RateLimit-Limit", "warning" => "Warning", _ => null };
        if (header is not null)
            answer.Headers.TryAddWithoutValidation(header, echo);
        return answer;
    }

    private static string Errors(string echo) => JsonSerializer.Serialize(new { errors = new[] { new { code = echo, message = echo } } });

    // A host can hold letters, digits and dashes.
    private static string Hosts(string echo) => string.Concat(echo.Where(static c => char.IsAsciiLetterOrDigit(c) || c == '-')).Trim('-') is { Length: > 0 and < 60 } host ? host : "x";
}
