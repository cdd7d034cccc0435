using System.Text;

namespace RegistryCache.Oci.Http;

/// <summary>
/// Shows the first bytes that a peer sends to a <see cref="TlsProbe"/> and is otherwise invisible. In a proxy's tunnel the peer is the
/// one at its end.
/// </summary>
internal sealed class ProbedStream(Stream inner, TlsProbe probe, string authority) : Stream
{
    private string _authority = authority;
    private bool _tunnelOpens;
    private bool _seen;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => See(buffer.AsSpan(offset), inner.Read(buffer, offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return See(buffer.Span, read);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        Follow(buffer.AsSpan(offset, count));
        inner.Write(buffer, offset, count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Follow(buffer.Span);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    // What the proxy answers to CONNECT is not the peer's word. TLS lets the client speak first, so what is written next goes to the peer.
    private void Follow(ReadOnlySpan<byte> written)
    {
        if (written.StartsWith("CONNECT "u8))
        {
            var target = written[8..];
            target = target[..Math.Max(0, target.IndexOf((byte)' '))];
            _authority = Encoding.Latin1.GetString(target).Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
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

    private int See(ReadOnlySpan<byte> buffer, int read)
    {
        // TLS reads a record header of five bytes first, which is as long as «HTTP/».
        if (!_seen && read > 0)
        {
            _seen = true;
            probe.Received(_authority, buffer[..read]);
        }

        return read;
    }
}
