using System.Collections.Concurrent;

namespace RegistryCache.Oci.Http;

/// <summary>Records how far connections got, for the fallback of the insecure option: whether TCP connected, and whether the first received
/// bytes were HTTP instead of TLS.</summary>
internal sealed class TlsProbe
{
    private readonly ConcurrentDictionary<string, (bool Connected, bool SpeaksHttp)> _seen = new(StringComparer.OrdinalIgnoreCase);

    public void Reset(string authority) => _seen.TryRemove(authority, out _);

    public void Connected(string authority) => _seen[authority] = (true, false);

    public void Received(string authority, ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("HTTP/"u8))
            _seen[authority] = (true, true);
    }

    public (bool Connected, bool SpeaksHttp) Look(string authority) => _seen.GetValueOrDefault(authority);
}
