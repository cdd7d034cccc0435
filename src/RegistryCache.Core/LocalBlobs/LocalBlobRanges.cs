using System.Buffers;
using RegistryCache.Storage;

namespace RegistryCache.Core.LocalBlobs;

/// <summary>Reads anywhere in the copy of a blob. When it is damaged, it is removed, and the store is asked instead.</summary>
internal sealed class LocalBlobRanges(LocalBlobFile file, IContentStore store, Descriptor blob, LocalBlobDirectory directory)
    : ByteRangeReader
{
    private readonly Lock _gate = new();
    private volatile bool _isDamaged;
    private Task<ByteRangeReader>? _remote;

    public override long Length => blob.Size;

    public override async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var wanted = (int)Math.Clamp(blob.Size - offset, 0, buffer.Length);
        var block = ArrayPool<byte>.Shared.Rent(LocalBlobFile.BlockBytes);
        try
        {
            for (var done = 0; done < wanted && !_isDamaged;)
            {
                var length = await file.ReadBlockAsync(offset + done, block, cancellationToken).ConfigureAwait(false);
                var start = (int)((offset + done) % LocalBlobFile.BlockBytes);
                var part = Math.Min(length - start, wanted - done);
                block.AsMemory(start, part).CopyTo(buffer[done..]);
                done += part;
            }
        }
        catch (IOException)
        {
            directory.Remove(blob.Digest);
            _isDamaged = true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        return _isDamaged
            ? await (await OpenRemote().ConfigureAwait(false)).ReadAsync(offset, buffer, cancellationToken).ConfigureAwait(false)
            : wanted;
    }

    public override async ValueTask DisposeAsync()
    {
        file.Dispose();
        if (_remote is { IsCompletedSuccessfully: true } remote)
            await (await remote.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Opens the ranges of the store, once for all readers. After a failure the next reader tries again.</summary>
    private Task<ByteRangeReader> OpenRemote()
    {
        lock (_gate)
        {
            if (_remote is null or { IsFaulted: true } or { IsCanceled: true })
                _remote = store.OpenBlobRangesAsync(blob, CancellationToken.None);
            return _remote;
        }
    }
}
