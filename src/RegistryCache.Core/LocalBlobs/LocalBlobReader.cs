using System.Buffers;
using RegistryCache.Core.Streams;

namespace RegistryCache.Core.LocalBlobs;

/// <summary>Reads the copy of a blob from its start. When it is damaged, it is removed, and the blob is fetched again.</summary>
internal sealed class LocalBlobReader(
    LocalBlobFile file, Descriptor blob, LocalBlobDirectory directory, Func<Descriptor, CancellationToken, Task<Stream>> fetch)
    : ForwardReadStream
{
    private readonly byte[] _block = ArrayPool<byte>.Shared.Rent(LocalBlobFile.BlockBytes);
    private ReadOnlyMemory<byte> _ready;
    private long _position;
    private Stream? _remote;

    internal override bool IsLocalCopy => _remote is null;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ready.IsEmpty && _remote is null && _position < blob.Size && !buffer.IsEmpty)
            await FillAsync(cancellationToken).ConfigureAwait(false);
        if (_remote is not null)
            return await _remote.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        var read = Math.Min(buffer.Length, _ready.Length);
        _ready[..read].CopyTo(buffer);
        _ready = _ready[read..];
        _position += read;
        return read;
    }

    protected override async ValueTask CloseAsync()
    {
        ArrayPool<byte>.Shared.Return(_block);
        file.Dispose();
        if (_remote is not null)
            await _remote.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        try
        {
            _ready = _block.AsMemory(0, await file.ReadBlockAsync(_position, _block, cancellationToken).ConfigureAwait(false));
        }
        catch (IOException)
        {
            directory.Remove(blob.Digest);
            _remote = await fetch(blob, cancellationToken).ConfigureAwait(false);
            await StreamSkip.ForwardAsync(_remote, _position, cancellationToken).ConfigureAwait(false);
        }
    }
}
