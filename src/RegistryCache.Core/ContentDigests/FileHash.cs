using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.ContentDigests;

/// <summary>Hashes one file, and hashes it again if another program writes to it at the same time.</summary>
internal static class FileHash
{
    private const int BufferSize = 256 * 1024;
    private const int Attempts = 3;

    /// <summary>The SHA-256 of the bytes, and the metadata at the time.</summary>
    public static (byte[] Hash, FileNode Node) Of(Folder folder, string name, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            using var file = folder.TryOpenFile(name, out var before);
            if (file is null)
                break;
            var (hash, length) = Read(folder, name, file, before.Size, cancellationToken);
            var after = folder.Describe(file, name);
            if (length == before.Size && after.Size == before.Size && after.Modified == before.Modified)
                return (hash, after);
        }

        throw CacheStorageException.Changed(
            $"'{ErrorText.Quote(Path.Join(folder.FullPath, name))}' changed while it was read. Try again when no program writes to it.");
    }

    /// <summary>The SHA-256 of the bytes of a regular file; <see langword="null"/> if it does not have this stamp any more.</summary>
    public static byte[]? OfUnchanged(Folder folder, string name, FileStamp stamp, CancellationToken cancellationToken)
    {
        try
        {
            using var file = folder.TryOpenUnseen(name);
            if (file is null)
                return null;
            var (hash, length) = Read(folder, name, file, stamp.Size, cancellationToken);
            return length == stamp.Size && folder.StampOf(file, name) == stamp ? hash : null;
        }
        catch (CacheStorageException)
        {
            // It may be something else by now. Who asks for a file there gets the right error.
            return null;
        }
    }

    private static (byte[] Hash, long Length) Read(
        Folder folder, string name, SafeFileHandle file, long size, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            // Most files fit into one read. An incremental hash would cost as much as reading a small file.
            var read = folder.Read(file, name, buffer, 0);
            if (read == size)
                return (SHA256.HashData(buffer.AsSpan(0, read)), read);

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long length = 0;
            for (; read > 0 && length <= size; read = folder.Read(file, name, buffer, length))
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
                length += read;
            }

            return (hash.GetHashAndReset(), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
