using System.Net;
using System.Text;

namespace RegistryCache.Testing.Tests.Access;

/// <summary>Basic and Bearer, checked by plain HTTP. Sources: RFC 7617; distribution, spec/auth/token.md and spec/auth/oauth.md.</summary>
[Category("Integration")]
internal sealed class AuthenticationTests
{
    private const string User = "someone";
    private const string Password = "secret";

    private static readonly string Basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));
    private static readonly RegistryAuthentication Bearer = RegistryAuthentication.Bearer(User, Password);

    [Test]
    public async Task Basic_wants_the_right_user_and_password()
    {
        await using var registry = await TestRegistry.StartAsync(new() { Authentication = RegistryAuthentication.Basic(User, Password) });
        using var client = registry.CreateClient();

        var none = await client.SendAsync("GET", "/v2/");
        var wrong = await client.SendAsync("GET", "/v2/", null, null, ("Authorization", "Basic eDp5"));
        var right = await client.SendAsync("GET", "/v2/", null, null, ("Authorization", Basic));

        Assert.That((none.StatusCode, wrong.StatusCode, right.StatusCode), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.OK)));
        Assert.That(none.Header("WWW-Authenticate"), Does.StartWith("Basic realm="));
        Assert.That(await none.CodeAsync(), Is.EqualTo("UNAUTHORIZED"));
        Assert.That(registry.Requests.Select(static r => r.HasCredential), Is.EqualTo(new[] { false, true, true }));
    }

    [Test]
    public async Task Bearer_names_its_token_server_and_the_scope_and_takes_the_token()
    {
        await using var registry = await TestRegistry.StartAsync(new() { Authentication = Bearer });
        using var client = registry.CreateClient();

        var challenge = (await client.SendAsync("POST", "/v2/a/b/blobs/uploads/")).Header("WWW-Authenticate");
        var token = await TokenAsync(client, "repository:a/b:pull,push");

        Assert.That(challenge, Is.EqualTo($"Bearer realm=\"{registry.Url}token\",service=\"registry.test\",scope=\"repository:a/b:pull,push\""));
        Assert.That((int)(await client.SendAsync("POST", "/v2/a/b/blobs/uploads/", null, null, ("Authorization", "Bearer " + token))).StatusCode, Is.EqualTo(202));
        Assert.That((int)(await client.SendAsync("GET", "/v2/", null, null, ("Authorization", "Bearer " + token))).StatusCode, Is.EqualTo(200));
    }

    [TestCase("POST", "/v2/a/b/blobs/uploads/", "repository:a/b:pull")]
    [TestCase("GET", "/v2/a/b/tags/list", "repository:a/other:pull")]
    [TestCase("DELETE", "/v2/a/b/manifests/v1", "repository:a/b:pull,push")]
    public async Task A_token_of_another_scope_is_refused_and_the_scope_is_named(string method, string target, string scope)
    {
        await using var registry = await TestRegistry.StartAsync(new() { Authentication = Bearer });
        using var client = registry.CreateClient();
        var token = await TokenAsync(client, scope);

        var answer = await client.SendAsync(method, target, null, null, ("Authorization", "Bearer " + token));

        Assert.That((int)answer.StatusCode, Is.EqualTo(401));
        Assert.That(answer.Header("WWW-Authenticate"), Does.Contain("error=\"insufficient_scope\""));
    }

    [Test]
    public async Task A_mount_needs_the_right_to_read_the_other_repository()
    {
        await using var registry = await TestRegistry.StartAsync(new() { Authentication = Bearer });
        using var client = registry.CreateClient();
        var digest = registry.Repository("a/private").PutBlob(new byte[] { 1 });
        var one = await TokenAsync(client, "repository:a/b:pull,push");
        var both = await TokenAsync(client, "repository:a/b:pull,push&scope=repository:a/private:pull");
        var target = $"/v2/a/b/blobs/uploads/?mount={digest}&from=a/private";

        Assert.That((int)(await client.SendAsync("POST", target, null, null, ("Authorization", "Bearer " + one))).StatusCode, Is.EqualTo(202));
        Assert.That((int)(await client.SendAsync("POST", target, null, null, ("Authorization", "Bearer " + both))).StatusCode, Is.EqualTo(201));
    }

    [Test]
    public async Task A_token_ends_by_the_clock_of_the_registry()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch);
        await using var registry = await TestRegistry.StartAsync(new() { Authentication = Bearer with { TokenLifetime = TimeSpan.FromSeconds(90) }, TimeProvider = clock });
        using var client = registry.CreateClient();
        var token = await TokenAsync(client, "repository:a/b:pull");

        clock.Advance(TimeSpan.FromSeconds(89));
        var before = await client.SendAsync("HEAD", "/v2/a/b/manifests/x", null, null, ("Authorization", "Bearer " + token));
        clock.Advance(TimeSpan.FromSeconds(1));
        var after = await client.SendAsync("HEAD", "/v2/a/b/manifests/x", null, null, ("Authorization", "Bearer " + token));

        Assert.That(((int)before.StatusCode, (int)after.StatusCode), Is.EqualTo((404, 401)));
        Assert.That(after.Header("WWW-Authenticate"), Does.Contain("error=\"invalid_token\""));
    }

    [Test]
    public async Task The_token_server_takes_a_form_too_and_refuses_a_wrong_password_and_odd_scopes()
    {
        await using var registry = await TestRegistry.StartAsync(new() { Authentication = Bearer with { IdentityToken = "identity" } });
        using var client = registry.CreateClient();

        Assert.That(await PostAsync($"grant_type=password&username={User}&password={Password}&scope=repository:a/b:pull"), Is.EqualTo(200));
        Assert.That(await PostAsync("grant_type=refresh_token&refresh_token=identity&scope=repository:a/b:pull"), Is.EqualTo(200));
        Assert.That(await PostAsync($"grant_type=password&username={User}&password=wrong"), Is.EqualTo(401));
        Assert.That(await PostAsync("grant_type=refresh_token"), Is.EqualTo(401));
        Assert.That(await PostAsync($"grant_type=password&username={User}&password={Password}&scope=nonsense"), Is.EqualTo(400));
        Assert.That((int)(await client.SendAsync("GET", "/token?scope=repository:a/b:pull")).StatusCode, Is.EqualTo(401), "anonymous");
        Assert.That((int)(await client.SendAsync("POST", "/token", [1])).StatusCode, Is.EqualTo(400), "no form");

        async Task<int> PostAsync(string form) =>
            (int)(await client.SendAsync("POST", "/token", Encoding.UTF8.GetBytes(form), "application/x-www-form-urlencoded")).StatusCode;
    }

    [Test]
    public async Task Over_TLS_only_a_client_that_trusts_the_certificate_gets_in()
    {
        await using var registry = await TestRegistry.StartAsync(new() { Tls = true });
        using var client = registry.CreateClient();
        using var stranger = new HttpClient { BaseAddress = registry.Url };

        Assert.That(registry.Url.Scheme, Is.EqualTo("https"));
        Assert.That((int)(await client.SendAsync("GET", "/v2/")).StatusCode, Is.EqualTo(200));
        Assert.That(() => stranger.GetAsync(new Uri("/v2/", UriKind.Relative)), Throws.TypeOf<HttpRequestException>());
        Assert.That(registry.Certificate!.HasPrivateKey, Is.False);
    }

    private static async Task<string> TokenAsync(HttpClient client, string scope)
    {
        var answer = await client.SendAsync("GET", $"/token?service=registry.test&scope={scope}", null, null, ("Authorization", Basic));
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        return (string)(await answer.JsonAsync())["token"]!;
    }
}
