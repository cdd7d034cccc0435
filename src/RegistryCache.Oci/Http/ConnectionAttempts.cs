using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RegistryCache.Oci.Http;

/// <summary>Connects to hosts. Requests that can share a connection wait while one of them connects. If that fails, the framework connects
/// for the next one, and so on, each time with the whole limit. Here a request that waited for most of the limit shares the
/// failure.</summary>
/// <param name="limit">The limit of the framework for one attempt. It is measured in real time, and so is the wait.</param>
/// <param name="probe">Records how far connections got.</param>
internal sealed class ConnectionAttempts(TimeSpan limit, TlsProbe? probe)
{
    private static readonly HttpRequestOptionsKey<long> Sent = new("RegistryCache.Sent");

    // When the first of the attempts began of which none succeeded.
    private readonly ConcurrentDictionary<DnsEndPoint, long> _failingSince = new();

    /// <summary>Notes that a request is sent now.</summary>
    public static void Begin(HttpRequestMessage request) => request.Options.Set(Sent, Stopwatch.GetTimestamp());

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var place = context.DnsEndPoint;
        ThrowIfWaited(place, context.InitialRequestMessage);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(place, cancellationToken).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: true);
            if (probe is null)
                return stream;
            var authority = place.Host + ":" + place.Port;
            probe.Connected(authority);
            return new ProbedStream(stream, probe, authority);
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is SocketException)
                _failingSince.TryRemove(place, out _);
            throw;
        }
    }

    /// <summary>A connection is complete, with TLS.</summary>
    public void Connected(HttpRequestMessage request)
    {
        if (request.RequestUri is { } uri)
            _failingSince.TryRemove(PlaceOf(uri), out _);
    }

    // The connection to a proxy is made for the proxy's own request, whose age is not known.
    private void ThrowIfWaited(DnsEndPoint place, HttpRequestMessage request)
    {
        if (request.RequestUri is not { } uri || !place.Equals(PlaceOf(uri)) || !request.Options.TryGetValue(Sent, out var sent))
            return;
        var since = _failingSince.GetOrAdd(place, Stopwatch.GetTimestamp());
        var waited = Stopwatch.GetElapsedTime(Math.Max(since, sent));
        if (waited >= limit / 2)
            throw new TimeoutException($"No connection to {place.Host}:{place.Port} was made in {waited.TotalSeconds:0.#} s.");
    }

    private static DnsEndPoint PlaceOf(Uri uri) => new(uri.IdnHost, uri.Port);
}
