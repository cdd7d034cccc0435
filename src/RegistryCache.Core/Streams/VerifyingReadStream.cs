using System.Globalization;
using RegistryCache.Core.Content;

namespace RegistryCache.Core.Streams;

/// <summary>Reads content and checks its size and digest before it reports the end. It never reads past the size that was promised, and a
/// consumer that reads to the end has either the right bytes or an exception. Not thread-safe; forward only.</summary>
internal class VerifyingReadStream : ForwardReadStream
{
    private readonly Stream _inner;
    private readonly Descriptor _descriptor;
    private readonly DigestHasher _hash;
    private long _position;
    private bool _verified;

    /// <summary>Creates the stream. It owns <paramref name="inner"/>.</summary>
    public VerifyingReadStream(Stream inner, Descriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        _inner = inner;
        _descriptor = descriptor;
        _hash = new DigestHasher(descriptor.Digest.Algorithm);
    }

    /// <summary>Verifies a stream, unless it already verifies the same content itself.</summary>
    public static VerifyingReadStream Of(Stream inner, Descriptor descriptor) =>
        inner is VerifyingReadStream { Position: 0 } same && same._descriptor.Digest == descriptor.Digest && same.Length == descriptor.Size
            ? same
            : new VerifyingReadStream(inner, descriptor);

    public override long Length => _descriptor.Size;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="ContentMismatchException">The content is shorter or longer than promised, or has another digest.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_verified || buffer.IsEmpty)
            return 0;
        var wanted = (int)Math.Min(buffer.Length, _descriptor.Size - _position);
        if (wanted == 0)
        {
            Finish(await _inner.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false));
            return 0;
        }

        var read = await _inner.ReadAsync(buffer[..wanted], cancellationToken).ConfigureAwait(false);
        Take(buffer.Span[..read]);
        return read;
    }

    protected override ValueTask CloseAsync()
    {
        _hash.Dispose();
        return _inner.DisposeAsync();
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            throw Mismatch(RegistryCacheErrorCode.SizeMismatch, Bytes(_descriptor.Size), Bytes(_position));
        _hash.Append(bytes);
        _position += bytes.Length;

        // The digest is checked before the last bytes are returned: some readers count bytes and never read to the end.
        if (_position == _descriptor.Size)
            VerifyDigest();
    }

    private void Finish(int surplus)
    {
        if (surplus > 0)
            throw Mismatch(RegistryCacheErrorCode.SizeMismatch, Bytes(_descriptor.Size), "more");
        if (_descriptor.Size == 0)
            VerifyDigest();
        _verified = true;
    }

    private void VerifyDigest()
    {
        var actual = _hash.Current();
        if (actual != _descriptor.Digest)
            throw Mismatch(RegistryCacheErrorCode.DigestMismatch, _descriptor.Digest.ToString(), actual.ToString());
    }

    private ContentMismatchException Mismatch(RegistryCacheErrorCode code, string expected, string actual) =>
        new(code, $"content {_descriptor.Digest}", expected, actual);

    private static string Bytes(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} bytes");
}
