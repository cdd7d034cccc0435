using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Snapshots;

/// <summary>Reads files into a tar, and notices when another program writes to them meanwhile.</summary>
internal static class FileReading
{
    /// <summary>How often a file is read that changes while it is read.</summary>
    public const int Attempts = 3;

    private static readonly byte[] Zeros = new byte[64 * 1024];

    /// <summary>Writes the bytes of a file, and what fills their last block. Holes are not read. Returns the SHA-256 of the bytes if it is
    /// asked for.</summary>
    public static async Task<byte[]> CopyAsync(
        TreeItem item, SafeFileHandle file, FileNode node, TarStreamWriter writer, bool hashes, CancellationToken cancellationToken)
    {
        using var hash = hashes ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        for (long offset = 0; offset < node.Size;)
        {
            var (start, end) = item.Folder.NextData(file, offset, node.Size);
            await writer.WriteZerosAsync(start - offset, cancellationToken).ConfigureAwait(false);
            HashZeros(hash, start - offset);
            for (offset = start; offset < end;)
            {
                var space = await writer.GetSpaceAsync(64 * 1024, cancellationToken).ConfigureAwait(false);
                var read = item.Folder.Read(file, item.Node.Name, space.Span[..(int)Math.Min(space.Length, end - offset)], offset);
                if (read == 0)
                    throw Changed(item);
                hash?.AppendData(space.Span[..read]);
                writer.Advance(read);
                offset += read;
            }
        }

        if (HasChanged(item, file, node))
            throw Changed(item);
        await writer.PadAsync(node.Size, cancellationToken).ConfigureAwait(false);
        return hash?.GetHashAndReset() ?? [];
    }

    public static byte[] Hash(ReadOnlySpan<byte> content) => SHA256.HashData(content);

    public static bool HasChanged(TreeItem item, SafeFileHandle file, FileNode before)
    {
        var after = item.Folder.StampOf(file, item.Node.Name);
        return after.Size != before.Size || after.Modified != before.Modified;
    }

    public static int ReadAll(TreeItem item, SafeFileHandle file, Span<byte> destination)
    {
        var total = 0;
        int read;
        while (total < destination.Length && (read = item.Folder.Read(file, item.Node.Name, destination[total..], total)) > 0)
            total += read;
        return total;
    }

    private static void HashZeros(IncrementalHash? hash, long count)
    {
        for (; hash is not null && count > 0; count -= Zeros.Length)
            hash.AppendData(Zeros, 0, (int)Math.Min(count, Zeros.Length));
    }

    public static CacheStorageException Changed(TreeItem item) => CacheStorageException.Changed(
        $"'{ErrorText.Quote(item.Path)}' changed while it was read. Try again when no program writes to it.");
}
