using System.Security.Cryptography;
using RegistryCache.Core.ContentDigests;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache;

/// <summary>Digests of the content of files and folders: names, types, modes, link targets and bytes. Times, owners and the place of the
/// folder do not count. Equal content has an equal digest on every system. For keys of build steps, not for blobs.</summary>
/// <remarks>SHA-256 over <c>registry-cache.content.v1</c>, a line feed, one byte for the modes (<c>x</c> or <c>p</c>) and one record for
/// each name, a directory before what it holds, siblings in the byte order of their names: type (<c>f d l p c b</c>), mode (16 bits, big
/// endian; with <c>x</c> 1 for an executable file and 0 for all else), length of the path (32 bits) and path, then for a file the SHA-256
/// of its bytes, for a link length and text, for a device its two numbers. The digest of a single file is that of one record with an empty
/// path. Hard links count as files; sockets do not count. If any of this changes, the version in the text changes too.</remarks>
public static class ContentDigest
{
    /// <summary>The digest of a file that is not executable and holds these bytes.</summary>
    /// <param name="content">The bytes.</param>
    public static Digest OfBytes(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        using var result = new ContentHash(allPermissions: false);
        result.AddFile("", 0, hash);
        return result.Complete();
    }

    /// <summary>The digest of one file.</summary>
    /// <param name="path">The file. Links in this path are followed.</param>
    /// <param name="options">What counts, or <see langword="null"/> for the defaults; patterns do not apply.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="RegistryCacheException">There is no such file, it cannot be read, or it changed meanwhile.</exception>
    public static Task<Digest> OfFileAsync(string path, ContentDigestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new ContentDigestOptions();
        return Task.Run(
            () =>
            {
                using var folder = OpenFolderOf(path, options.Access, out var name);
                if (folder.Find(name) is not { Kind: FileKind.File })
                    throw NoFile(path, null);
                var (hash, node) = FileHash.Of(folder, name, cancellationToken);
                using var result = new ContentHash(options.AllPermissions);
                result.AddFile("", node.Mode, hash);
                return result.Complete();
            },
            cancellationToken);
    }

    /// <summary>The digest of what a directory holds. The directory's own name and mode do not count.</summary>
    /// <param name="path">The directory. Links in this path are followed, links below it are not.</param>
    /// <param name="options">What counts, and how it is computed; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="RegistryCacheException">There is no such directory, something cannot be read, or it changed meanwhile.</exception>
    public static async Task<Digest> OfDirectoryAsync(
        string path, ContentDigestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new ContentDigestOptions();
        StatCache? cache = null;
        if (options.StatCachePath is { } cachePath && FileSystems.ShowChanges(AbsolutePath.Of(path)))
        {
            using var folder = Folder.Open(path, options.Access);
            cache = StatCache.Load(cachePath, options.TimeProvider, folder.Describe());
        }

        var filter = new PathFilter(options.Include, options.Exclude);
        var found = await TreeHash.ReadAsync(
            path, filter, options.Concurrency, cache, options.Access, own: null, cancellationToken).ConfigureAwait(false);
        cache?.Save();
        using var result = new ContentHash(options.AllPermissions);
        foreach (var item in found)
            result.Add(item);
        return result.Complete();
    }

    private static Folder OpenFolderOf(string path, FolderAccess access, out string name)
    {
        var full = AbsolutePath.Of(path);
        try
        {
            full = File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            throw NoFile(path, e);
        }

        name = Path.GetFileName(full);
        return Folder.Open(Path.GetDirectoryName(full) ?? full, access);
    }

    private static CacheStorageException NoFile(string path, Exception? cause) => new(
        RegistryCacheErrorCode.StorageFailure,
        $"'{ErrorText.Quote(path)}' is not a file, so it has no digest. For a directory, use ContentDigest.OfDirectoryAsync.",
        cause);
}
