using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace RegistryCache.Testing.Server;

/// <summary>Kestrel on two free ports of loopback. A host with services would take more than twice as long to start.</summary>
internal sealed class RegistryHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly KestrelServer _server;
    private readonly WebApplication? _services;

    private RegistryHost(X509Certificate2? certificate)
    {
        Certificate = certificate;
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        if (certificate is not null)
        {
            // Only a host can make what HTTPS needs. It is never started. It would ask for the working directory, which may be gone.
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
            options.ApplicationServices = (_services = builder.Build()).Services;
        }

        options.Listen(IPAddress.Loopback, 0, Secure);
        options.Listen(IPAddress.Loopback, 0, Secure);
        var transport = new SocketTransportFactory(
            Microsoft.Extensions.Options.Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        _server = new KestrelServer(Microsoft.Extensions.Options.Options.Create(options), transport, NullLoggerFactory.Instance);
    }

    public X509Certificate2? Certificate { get; }

    public int Port { get; private set; }

    public int StoragePort { get; private set; }

    public static async Task<RegistryHost> StartAsync(bool tls, RequestDelegate handle, CancellationToken cancellationToken)
    {
        var host = new RegistryHost(tls ? ServerCertificate.Create() : null);
        try
        {
            await host._server.StartAsync(new RegistryApplication(handle), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        string[] addresses = [.. host._server.Features.Get<IServerAddressesFeature>()!.Addresses];
        (host.Port, host.StoragePort) = (PortOf(addresses[0]), PortOf(addresses[1]));
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        // Requests that hang, as a fault says, must not hold up the end of a test.
        using var limit = new CancellationTokenSource(Patience);
        await _server.StopAsync(limit.Token).ConfigureAwait(false);
        _server.Dispose();
        if (_services is not null)
            await _services.DisposeAsync().ConfigureAwait(false);
        Certificate?.Dispose();
    }

    // Uri would have to be compiled first, and so would LINQ: a tenth of the methods of a start.
    private static int PortOf(string address) => int.Parse(address.AsSpan(address.LastIndexOf(':') + 1), CultureInfo.InvariantCulture);

    private void Secure(ListenOptions listen)
    {
        if (Certificate is not null)
            listen.UseHttps(Certificate);
    }
}
