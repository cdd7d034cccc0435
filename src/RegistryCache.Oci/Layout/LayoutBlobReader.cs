using System.Globalization;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Streams;

namespace RegistryCache.Oci.Layout;

/// <summary>Finds and opens blobs. Links are not followed, because a hostile directory could point to any file on this machine.</summary>
internal sealed class LayoutBlobReader(LayoutPaths paths, string displayName)
{
    public long? Find(Digest digest) =>
        LayoutFile.IsLink(paths.Blobs) || LayoutFile.IsLink(paths.BlobDirectory(digest.AlgorithmName))
            ? null
            : LayoutFile.FindLength(paths.Blob(digest));

    /// <summary>When a blob was last read. A write sets the time of access too, so only a later one counts.</summary>
    public DateTimeOffset? FindLastUse(Digest digest)
    {
        if (Find(digest) is null)
            return null;
        var file = new FileInfo(paths.Blob(digest));
        return file.Exists && file.LastAccessTimeUtc > file.LastWriteTimeUtc ? new DateTimeOffset(file.LastAccessTimeUtc) : null;
    }

    public Stream Open(Descriptor descriptor)
    {
        Check(descriptor);
        return Guarded(descriptor.Digest, () => LayoutFile.OpenRead(paths.Blob(descriptor.Digest), descriptor.Size));
    }

    public ByteRangeReader OpenRanges(Descriptor descriptor)
    {
        Check(descriptor);
        return Guarded(descriptor.Digest, () => new FileByteRangeReader(
            descriptor.Size == 0
                ? null
                : File.OpenHandle(
                    paths.Blob(descriptor.Digest), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
                    FileOptions.Asynchronous | FileOptions.RandomAccess),
            descriptor.Size));
    }

    public async Task<byte[]> ReadAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        var stream = new VerifyingReadStream(Open(descriptor), descriptor);
        await using (stream.ConfigureAwait(false))
            return await BoundedRead.ToArrayAsync(
                stream, descriptor.Size, $"manifest {descriptor.Digest}", limitName: null, cancellationToken).ConfigureAwait(false);
    }

    public ContentNotFoundException NotFound(Digest digest) => new(
        digest.ToString(),
        displayName,
        LayoutFile.Look(paths.Blob(digest))?.Kind is { } kind and not FileKind.File
            ? LayoutFile.NotAFile(paths.Blob(digest), kind) : null);

    private void Check(Descriptor descriptor)
    {
        if (Find(descriptor.Digest) is not { } length)
            throw NotFound(descriptor.Digest);
        if (length != descriptor.Size)
            throw new ContentMismatchException(
                RegistryCacheErrorCode.SizeMismatch, $"blob {descriptor.Digest} in {displayName}", Bytes(descriptor.Size), Bytes(length));
    }

    private T Guarded<T>(Digest digest, Func<T> open)
    {
        try
        {
            return LayoutFile.Guard($"Blob {digest} in {displayName} could not be opened", open);
        }
        catch (CacheStorageException error) when (error.InnerException is FileNotFoundException or DirectoryNotFoundException)
        {
            throw NotFound(digest);
        }
    }

    private static string Bytes(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} bytes");
}
