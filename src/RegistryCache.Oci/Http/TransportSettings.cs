using System.Net;
using Microsoft.Extensions.Logging;
using RegistryCache.Oci.Diagnostics;

namespace RegistryCache.Oci.Http;

/// <summary>Settings that all exchanges of one client share.</summary>
internal sealed record TransportSettings(
    TimeProvider Time, ILogger Logger, TimeSpan StallTimeout, TransferRate LeastRate, RetryPolicy Retry, Random Jitter, string UserAgent,
    IWebProxy? Proxy, OciTelemetry Telemetry)
{
    public KnownSecrets Secrets { get; } = new();

    /// <summary>The proxy that requests to a URL go through, or <see langword="null"/> if they go to the host directly.</summary>
    public Uri? ProxyFor(Uri uri) => Proxy is null || Proxy.IsBypassed(uri) ? null : Proxy.GetProxy(uri);

    public StallTimer NewTimer(CancellationToken caller) => new(StallTimeout, LeastRate, Time, caller);

    public RetrySchedule NewSchedule() => new(Retry, Time, Jitter);
}
