using System.IO.Compression;
using RegistryCache.Compression.Pipeline;
using RegistryCache.Core.Content;
using RegistryCache.Core.Errors;

namespace RegistryCache.Compression.Gzip;

/// <summary>
/// Decodes all members of a gzip blob. The framework checks header, checksum and length of each member; that the blob ends where a
/// member ends is checked with a <see cref="SentinelMember"/>.
/// </summary>
internal sealed class GzipDecodeStream : ForwardReadStream
{
    private const int SmallestDirectRead = 4096;

    private readonly GZipStream _members;
    private readonly byte[] _sentinel;
    private readonly byte[] _held = new byte[SentinelMember.ContentLength];
    private byte[]? _small;
    private ReadOnlyMemory<byte> _smallLeft;
    private int _heldLength;
    private bool _ended;

    public GzipDecodeStream(Stream blob)
    {
        var sentinel = SentinelMember.Create();
        _sentinel = sentinel.Content;
        _members = new GZipStream(new ConcatenatedStream(blob, sentinel.Member), CompressionMode.Decompress);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length >= SmallestDirectRead && _smallLeft.IsEmpty)
            return await FillAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (buffer.IsEmpty)
            return 0;
        if (_smallLeft.IsEmpty)
        {
            _small ??= new byte[SmallestDirectRead];
            _smallLeft = _small.AsMemory(0, await FillAsync(_small, cancellationToken).ConfigureAwait(false));
        }

        var count = Math.Min(buffer.Length, _smallLeft.Length);
        _smallLeft[..count].CopyTo(buffer);
        _smallLeft = _smallLeft[count..];
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await _members.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _members.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Reads behind the bytes that were held back, then holds back the last ones again, since they may be the sentinel's.</summary>
    private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!_ended)
        {
            _held.AsSpan(0, _heldLength).CopyTo(buffer.Span);
            var read = await ReadMembersAsync(buffer[_heldLength..], cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                CheckSentinel();
                _ended = true;
                return 0;
            }

            var length = _heldLength + read;
            _heldLength = Math.Min(length, _held.Length);
            buffer.Span[(length - _heldLength)..length].CopyTo(_held);
            if (length > _heldLength)
                return length - _heldLength;
        }

        return 0;
    }

    private async ValueTask<int> ReadMembersAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _members.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw Corrupt("The gzip data of the layer is corrupt or cut off", e);
        }
    }

    private void CheckSentinel()
    {
        if (_heldLength != _sentinel.Length || !_held.AsSpan().SequenceEqual(_sentinel))
            throw Corrupt("The gzip data of the layer is cut off or followed by other bytes", cause: null);
    }

    private static LayerFormatException Corrupt(string what, Exception? cause) =>
        new(RegistryCacheErrorCode.CorruptLayer, what + ". The blob is damaged: fetch or build it again.", cause);
}
