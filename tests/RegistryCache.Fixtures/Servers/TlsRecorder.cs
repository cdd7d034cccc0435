using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace RegistryCache.Fixtures.Servers;

/// <summary>
/// An origin over TLS that writes down every header that reaches it, which the real registry does not. It wants Basic credentials, any
/// at all, and then has whatever it is asked for.
/// </summary>
public sealed class TlsRecorder : IAsyncDisposable
{
    /// <summary>The length of everything.</summary>
    public const int Length = 5;

    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    private TlsRecorder(TestCertificateAuthority authority)
    {
        _certificate = authority.IssueServerCertificate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = _certificate })));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>The header lines of all requests.</summary>
    public ConcurrentQueue<string> Headers { get; } = new();

    /// <summary>Starts a server.</summary>
    /// <param name="authority">Signs its certificate.</param>
    public static async Task<TlsRecorder> StartAsync(TestCertificateAuthority authority)
    {
        var server = new TlsRecorder(authority);
        await server._app.StartAsync();
        server.Port = new Uri(server._app.Urls.Single()).Port;
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private Task AnswerAsync(HttpContext context)
    {
        foreach (var header in context.Request.Headers)
            Headers.Enqueue($"{header.Key}: {header.Value}");
        if (context.Request.Headers.Authorization.Count == 0)
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"test\"";
        }
        else
        {
            context.Response.ContentLength = Length;
        }

        return Task.CompletedTask;
    }
}
