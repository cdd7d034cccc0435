using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RegistryCache.Fixtures.Servers;

/// <summary>
/// A token server on loopback whose signed tokens the real registry verifies. It checks the credential, knows the GET and the POST
/// form, and can hand out short-lived tokens. Source: distribution, spec/auth/{token,jwt,oauth}.md.
/// </summary>
public sealed class TokenServer : IAsyncDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private readonly WebApplication _app;

    private TokenServer()
    {
        var request = new CertificateRequest("CN=token", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapMethods("/token", ["GET", "POST"], AnswerAsync);
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>The URL that the registry names in its challenge.</summary>
    public string Realm { get; private set; } = "";

    /// <summary>The service, which is also the tokens' audience.</summary>
    public string Service { get; } = "registry-cache-tests";

    /// <summary>Who signs the tokens.</summary>
    public string Issuer { get; } = "registry-cache-token-server";

    /// <summary>The certificate that the registry trusts.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>How long tokens live. Default five minutes.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether POST is answered with 404, as older token servers do.</summary>
    public bool RefusesPost { get; set; }

    /// <summary>How long an answer takes, to see whether waiters share one request.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Every request so far: method and scopes.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Starts a server.</summary>
    /// <param name="name">The host that its realm names, where it is not reached by its address.</param>
    public static async Task<TokenServer> StartAsync(string? name = null)
    {
        var server = new TokenServer();
        await server._app.StartAsync();
        server.Port = new Uri(server._app.Urls.Single()).Port;
        server.Realm = $"http://{name ?? $"127.0.0.1:{server.Port}"}/token";
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _certificate.Dispose();
        _key.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var isPost = HttpMethods.IsPost(context.Request.Method);
        var form = isPost ? await context.Request.ReadFormAsync() : null;
        string[] scopes = form is not null ? form["scope"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries) : [.. context.Request.Query["scope"].OfType<string>()];
        Requests.Enqueue($"{context.Request.Method} {string.Join(' ', scopes)}");
        if (Delay > TimeSpan.Zero)
            await Task.Delay(Delay);
        if (isPost && RefusesPost)
        {
            context.Response.StatusCode = 404;
            return;
        }

        var allowed = form is not null
            ? (form["username"] == RegistryServer.User && form["password"] == RegistryServer.Password) || form["refresh_token"] == "identity-" + RegistryServer.Password
            : context.Request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{RegistryServer.User}:{RegistryServer.Password}"));
        if (!allowed)
        {
            context.Response.StatusCode = 401;
            await context.Response.WriteAsync("""{"errors":[{"code":"UNAUTHORIZED","message":"wrong credential"}]}""");
            return;
        }

        var body = new JsonObject
        {
            [isPost ? "access_token" : "token"] = Sign(scopes),
            ["expires_in"] = (int)Lifetime.TotalSeconds,
            ["issued_at"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        };
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body.ToJsonString());
    }

    private string Sign(string[] scopes)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var access = new JsonArray();
        foreach (var scope in scopes)
        {
            var first = scope.IndexOf(':', StringComparison.Ordinal);
            var last = scope.LastIndexOf(':');
            var actions = new JsonArray([.. scope[(last + 1)..].Split(',').Select(action => (JsonNode)action)]);
            access.Add(new JsonObject { ["type"] = scope[..first], ["name"] = scope[(first + 1)..last], ["actions"] = actions });
        }

        var header = new JsonObject { ["typ"] = "JWT", ["alg"] = "ES256", ["x5c"] = new JsonArray(Convert.ToBase64String(_certificate.RawData)) };
        var payload = new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = RegistryServer.User,
            ["aud"] = Service,
            ["exp"] = now + (long)Lifetime.TotalSeconds,
            ["nbf"] = now - 1,
            ["iat"] = now,
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["access"] = access,
        };
        var text = Encode(Encoding.UTF8.GetBytes(header.ToJsonString())) + "." + Encode(Encoding.UTF8.GetBytes(payload.ToJsonString()));
        var signature = _key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return text + "." + Encode(signature);
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
