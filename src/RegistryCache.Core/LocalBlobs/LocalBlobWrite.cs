using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using RegistryCache.Core.Errors;

namespace RegistryCache.Core.LocalBlobs;

/// <summary>An unfinished copy of a blob. Nothing that happens to it is an error for its writer. Without a commit, nothing stays.</summary>
internal sealed class LocalBlobWrite : IDisposable
{
    private readonly LocalBlobDirectory _directory;
    private readonly Descriptor _blob;
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly ArrayBufferWriter<byte> _checksums = new();
    private byte[]? _block;
    private int _filled;
    private long _written;

    /// <exception cref="IOException">The file cannot be created.</exception>
    public LocalBlobWrite(LocalBlobDirectory directory, Descriptor blob, string path)
    {
        _directory = directory;
        _blob = blob;
        _path = path;
        _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
        _block = ArrayPool<byte>.Shared.Rent(LocalBlobFile.BlockBytes);
    }

    /// <summary>Adds the next bytes.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (_block is not null && !bytes.IsEmpty)
        {
            var part = Math.Min(bytes.Length, LocalBlobFile.BlockBytes - _filled);
            bytes[..part].CopyTo(_block.AsMemory(_filled));
            bytes = bytes[part..];
            _filled += part;
            if (_filled == LocalBlobFile.BlockBytes)
                await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Adds everything that a stream has.</summary>
    public async ValueTask AppendAsync(Stream content, CancellationToken cancellationToken)
    {
        while (_block is not null)
        {
            var free = _block.AsMemory(_filled, LocalBlobFile.BlockBytes - _filled);
            var read = await content.ReadAsync(free, cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return;
            _filled += read;
            if (_filled == LocalBlobFile.BlockBytes)
                await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes the copy available. The caller has verified the bytes.</summary>
    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        if (_block is not null && _filled > 0)
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        await WriteAsync(_checksums.WrittenMemory, cancellationToken).ConfigureAwait(false);
        if (_block is null)
            return;
        Dispose(deletes: false);
        await Task.Run(() => _directory.Commit(_path, _blob), CancellationToken.None).ConfigureAwait(false);
        StorageError.Ignore(() => File.Delete(_path));
    }

    public void Dispose() => Dispose(deletes: true);

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        var block = _block.AsMemory(0, _filled);
        _filled = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(_checksums.GetSpan(sizeof(uint)), LocalBlobFile.Checksum(block.Span));
        _checksums.Advance(sizeof(uint));
        await WriteAsync(block, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (_block is null)
            return;
        try
        {
            await RandomAccess.WriteAsync(_handle, bytes, _written, cancellationToken).ConfigureAwait(false);
            _written += bytes.Length;
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            _directory.Warn(error);
            Dispose();
        }
    }

    private void Dispose(bool deletes)
    {
        if (Interlocked.Exchange(ref _block, null) is not { } block)
            return;
        ArrayPool<byte>.Shared.Return(block);
        _handle.Dispose();
        if (deletes)
            StorageError.Ignore(() => File.Delete(_path));
    }
}
