using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace RegistryCache.Testing.Server;

/// <summary>Kestrel on two free ports of loopback, and nothing else of ASP.NET Core.</summary>
internal sealed class RegistryHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;

    private RegistryHost(WebApplication app, X509Certificate2? certificate)
    {
        _app = app;
        Certificate = certificate;
    }

    public X509Certificate2? Certificate { get; }

    public int Port { get; private set; }

    public int StoragePort { get; private set; }

    public static async Task<RegistryHost> StartAsync(bool tls, RequestDelegate handle, CancellationToken cancellationToken)
    {
        var certificate = tls ? ServerCertificate.Create() : null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, certificate));
        if (tls)
            builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        app.Run(handle);
        var host = new RegistryHost(app, certificate);
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        var ports = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select(static url => new Uri(url).Port).ToList();
        (host.Port, host.StoragePort) = (ports[0], ports[1]);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        // Requests that hang, as a fault says, must not hold up the end of a test.
        using var limit = new CancellationTokenSource(Patience);
        await _app.StopAsync(limit.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        Certificate?.Dispose();
    }

    private static void Configure(KestrelServerOptions kestrel, X509Certificate2? certificate)
    {
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.AddServerHeader = false;
        kestrel.Listen(IPAddress.Loopback, 0, listen => Secure(listen, certificate));
        kestrel.Listen(IPAddress.Loopback, 0, listen => Secure(listen, certificate));
    }

    private static void Secure(ListenOptions listen, X509Certificate2? certificate)
    {
        if (certificate is not null)
            listen.UseHttps(certificate);
    }
}
