using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RegistryCache.Oci.Auth;
using RegistryCache.Oci.Diagnostics;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Tests.Auth;

/// <summary>Tokens: how they are requested, cached and replaced.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TokenTests
{
    private static readonly RegistryCredential Password = RegistryCredential.FromPassword("me", "s3cr3t-password");
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly List<string> _asked = [];

    [Test]
    public async Task However_many_need_a_token_one_fetches_it()
    {
        using var cache = new TokenCache();
        var fetches = 0;
        var gate = new TaskCompletionSource<AccessToken>();
        Task<AccessToken> Fetch(TokenRequest request, CancellationToken token)
        {
            Interlocked.Increment(ref fetches);
            return gate.Task;
        }

        var waiters = Enumerable.Range(0, 50).Select(_ => cache.GetAsync(Request(Password), null, Fetch, CancellationToken.None)).ToList();
        gate.SetResult(new AccessToken("t", _clock.GetTimestamp(), TimeSpan.FromSeconds(54), _clock));

        Assert.That((await Task.WhenAll(waiters)).Select(static token => token.Value), Is.All.EqualTo("t"));
        Assert.That(fetches, Is.EqualTo(1));
    }

    [Test]
    public async Task A_waiter_that_leaves_does_not_end_the_flight_of_the_others()
    {
        using var cache = new TokenCache();
        var gate = new TaskCompletionSource<AccessToken>();
        using var cancel = new CancellationTokenSource();
        var first = cache.GetAsync(Request(Password), null, (_, _) => gate.Task, cancel.Token);
        var second = cache.GetAsync(Request(Password), null, (_, _) => throw new InvalidOperationException(), CancellationToken.None);

        await cancel.CancelAsync();
        gate.SetResult(new AccessToken("t", _clock.GetTimestamp(), TimeSpan.FromSeconds(54), _clock));

        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await second).Value, Is.EqualTo("t"));
    }

    [Test]
    public async Task A_refused_token_and_a_failed_flight_are_replaced()
    {
        using var cache = new TokenCache();
        var number = 0;
        Task<AccessToken> Fetch(TokenRequest request, CancellationToken token) =>
            ++number == 1 ? throw new IOException() : Task.FromResult(new AccessToken($"t{number}", _clock.GetTimestamp(), TimeSpan.FromSeconds(54), _clock));

        Assert.That(async () => await cache.GetAsync(Request(Password), null, Fetch, CancellationToken.None), Throws.InstanceOf<IOException>());
        Assert.That((await cache.GetAsync(Request(Password), null, Fetch, CancellationToken.None)).Value, Is.EqualTo("t2"));
        Assert.That((await cache.GetAsync(Request(Password), null, Fetch, CancellationToken.None)).Value, Is.EqualTo("t2"));
        Assert.That((await cache.GetAsync(Request(Password), "t2", Fetch, CancellationToken.None)).Value, Is.EqualTo("t3"));
        Assert.That((await cache.GetAsync(Request(RegistryCredential.FromPassword("you", "p")), null, Fetch, CancellationToken.None)).Value, Is.EqualTo("t4"));
    }

    [Test]
    public async Task Tokens_that_are_due_are_not_kept()
    {
        using var cache = new TokenCache();
        for (var i = 0; i < 2000; i++)
        {
            await cache.GetAsync(Request(RegistryCredential.FromPassword("me", $"password {i}")), null,
                (_, _) => Task.FromResult(new AccessToken("t", _clock.GetTimestamp(), TimeSpan.FromSeconds(1), _clock)), CancellationToken.None);
            _clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.That(cache.Count, Is.LessThan(400), "100 are in use at a time");
    }

    [TestCase("""{"token":"t"}""", 54, TestName = "A_token_without_a_lifetime_lives_a_minute")]
    [TestCase("""{"token":"t","expires_in":100}""", 90, TestName = "A_token_is_replaced_at_nine_tenths_of_its_life")]
    [TestCase("""{"token":"t","expires_in":100,"issued_at":"2025-12-31T23:59:00Z"}""", 36, TestName = "A_token_that_was_issued_earlier_has_less_left")]
    [TestCase("""{"token":"t","expires_in":-5,"issued_at":"rubbish"}""", 54, TestName = "An_impossible_lifetime_is_a_minute")]
    public async Task A_token_is_due(string body, double seconds)
    {
        var token = await Client(_ => Json(body)).FetchAsync(Request(Password), CancellationToken.None);

        _clock.Advance(TimeSpan.FromSeconds(seconds - 0.1));
        Assert.That(token.IsDue, Is.False);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.That(token.IsDue, Is.True);
        Assert.That(token.ToString(), Does.Not.Contain("t\""));
    }

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(404)]
    [TestCase(405)]
    public async Task A_refused_post_is_followed_by_get_which_then_comes_first(int status)
    {
        var client = Client(message => message.Method == HttpMethod.Post ? new HttpResponseMessage((HttpStatusCode)status) : Json("""{"access_token":"a","token":"b"}"""));

        var token = await client.FetchAsync(Request(Password), CancellationToken.None);
        await client.FetchAsync(Request(Password), CancellationToken.None);

        Assert.That(token.Value, Is.EqualTo("a"));
        Assert.That(_asked.Select(static line => line.Split(' ')[0]), Is.EqualTo(new[] { "POST", "GET", "GET" }));
        Assert.That(_asked[1], Does.Contain("scope=repository%3Aa%3Apull&scope=repository%3Ab%3Apull%2Cpush").And.Contain("service=s"));
        Assert.That(string.Join('\n', _asked.Where(static line => line.StartsWith("GET", StringComparison.Ordinal))), Does.Not.Contain("s3cr3t"));
    }

    [Test]
    public async Task Without_a_secret_get_is_asked_without_credentials()
    {
        await Client(_ => Json("""{"token":"t"}""")).FetchAsync(Request(null), CancellationToken.None);

        Assert.That(_asked, Has.Count.EqualTo(1));
        Assert.That(_asked[0], Does.StartWith("GET ").And.Not.Contain("auth="));
    }

    [Test]
    public async Task An_identity_token_is_exchanged_by_post_alone()
    {
        await Client(_ => Json("""{"access_token":"t"}""")).FetchAsync(Request(RegistryCredential.FromIdentityToken("idt")), CancellationToken.None);

        Assert.That(_asked, Has.Count.EqualTo(1));
        Assert.That(_asked[0], Does.StartWith("POST ").And.Contain("grant_type=refresh_token").And.Contain("refresh_token=idt").And.Contain("scope=repository%3Aa%3Apull+repository%3Ab%3Apull%2Cpush"));
    }

    [Test]
    public async Task A_refresh_token_replaces_the_password_until_it_is_refused()
    {
        var refused = false;
        var client = Client(message => refused && _asked[^1].Contains("refresh_token=r1", StringComparison.Ordinal)
            ? new HttpResponseMessage(HttpStatusCode.Unauthorized)
            : Json("""{"access_token":"t","refresh_token":"r1"}"""));
        await client.FetchAsync(Request(Password), CancellationToken.None);
        await client.FetchAsync(Request(Password), CancellationToken.None);
        refused = true;
        await client.FetchAsync(Request(Password), CancellationToken.None);

        Assert.That(
            _asked.Select(static line => line.Contains("grant_type=password", StringComparison.Ordinal) ? "password" : "refresh"),
            Is.EqualTo(new[] { "password", "refresh", "refresh", "password" }));
    }

    [TestCase("{}")]
    [TestCase("rubbish s3cr3t")]
    [TestCase("""{"token":"a b"}""")]
    public void An_answer_without_a_usable_token_is_an_error_that_does_not_quote_it(string body)
    {
        var error = Assert.ThrowsAsync<RegistryTransferException>(() => Client(_ => Json(body)).FetchAsync(Request(Password), CancellationToken.None));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryProtocol));
        Assert.That(error.ToString(), Does.Not.Contain("s3cr3t"));
    }

    [Test]
    public void A_server_that_repeats_the_credential_does_not_get_it_into_the_error()
    {
        var header = BasicHeader.Of(Password).Parameter!;
        var error = Assert.ThrowsAsync<RegistryResponseException>(() => Client(message => new HttpResponseMessage(HttpStatusCode.Unauthorized)
        {
            RequestMessage = message,
            Content = new StringContent($"you sent {message.Headers.Authorization} which is s3cr3t-password"),
        }).FetchAsync(Request(Password), CancellationToken.None));

        Assert.That(error!.ToString(), Does.Not.Contain(header));
        Assert.That(Request(Password).ToString(), Does.Not.Contain("s3cr3t"));
        Assert.That(Password.ToString(), Does.Not.Contain("s3cr3t"));
    }

    private static TokenRequest Request(RegistryCredential? credential) =>
        new("r.example", new Uri("https://r.example/token"), "s", ScopeSet.Parse("repository:b:push,pull repository:a:pull"), credential);

    private static HttpResponseMessage Json(string body) => new(HttpStatusCode.OK) { Content = new StringContent(body) };

    private TokenClient Client(Func<HttpRequestMessage, HttpResponseMessage> answer) => new(
        async (_, create, token) =>
        {
            var message = create();
            _asked.Add($"{message.Method} {message.RequestUri!.OriginalString} {(message.Content is null ? "" : await message.Content.ReadAsStringAsync(token))}{(message.Headers.Authorization is null ? "" : " auth=" + message.Headers.Authorization.Scheme)}");
            return answer(message);
        },
        new TransportSettings(_clock, NullLogger.Instance, TimeSpan.FromSeconds(60), default, new RegistryClientOptions().Retry, new Random(1), "tests", null, OciTelemetry.Default));
}
