using System.Text;

namespace RegistryCache.Oci.Http;

/// <summary>Shows the first bytes that a peer sends to a <see cref="TlsProbe"/>. In a proxy's tunnel, that is the server.</summary>
internal sealed class ProbedStream(Stream inner, TlsProbe probe, string authority) : WatchedStream(inner)
{
    private string _authority = authority;
    private bool _tunnelOpens;
    private bool _seen;

    // The answer to CONNECT comes from the proxy and not from the peer. In TLS the client sends first, so the next write goes to the
    // peer.
    protected override void Sending(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("CONNECT "u8))
        {
            var target = bytes[8..];
            target = target[..Math.Max(0, target.IndexOf((byte)' '))];
            _authority = Encoding.Latin1.GetString(target).Replace("[", "", StringComparison.Ordinal)
                .Replace("]", "", StringComparison.Ordinal);
            _tunnelOpens = true;
            _seen = true;
        }
        else if (_tunnelOpens)
        {
            _tunnelOpens = false;
            _seen = false;
            probe.Connected(_authority);
        }
    }

    protected override void Received(ReadOnlySpan<byte> bytes)
    {
        // TLS reads a record header of five bytes first, as long as "HTTP/".
        if (!_seen && bytes.Length > 0)
        {
            _seen = true;
            probe.Received(_authority, bytes);
        }
    }
}
