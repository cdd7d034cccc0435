using System.Globalization;
using System.IO.Compression;
using System.Text;
using RegistryCache.Storage;

namespace RegistryCache.Extensions.Tests.Stores;

/// <summary>
/// A cache inside one zip archive: blobs, manifests and tags are entries. A change is made to a copy of the archive, which then takes
/// its place, so that a reader sees the old archive or the new one.
/// </summary>
internal sealed class ZipContentStore(string path) : IContentStore, IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);

    public string DisplayName => path;

    public Task<long?> FindBlobAsync(Digest digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var archive = Open();
        return Task.FromResult(archive?.GetEntry(BlobName(digest))?.Length);
    }

    public Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var archive = Open();
        if (archive?.GetEntry(BlobName(descriptor.Digest)) is not { } entry)
        {
            archive?.Dispose();
            throw new ContentNotFoundException($"Blob {descriptor.Digest}", DisplayName);
        }

        return Task.FromResult<Stream>(new EntryStream(archive, entry.Open()));
    }

    public async Task<ByteRangeReader> OpenBlobRangesAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var archive = Open();
        if (archive?.GetEntry(BlobName(descriptor.Digest)) is not { } entry)
            throw new ContentNotFoundException($"Blob {descriptor.Digest}", DisplayName);
        if (entry.Length != descriptor.Size)
        {
            throw new ContentMismatchException(
                RegistryCacheErrorCode.SizeMismatch, $"blob {descriptor.Digest}", Bytes(descriptor.Size), Bytes(entry.Length));
        }

        await using var stream = entry.Open();
        return await UnpackedEntry.CreateAsync(stream, cancellationToken);
    }

    #region push
    public async Task<(BlobPushOutcome Outcome, long BytesSent)> PushBlobAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        if (await FindBlobAsync(descriptor.Digest, cancellationToken) == descriptor.Size)
            return (BlobPushOutcome.AlreadyPresent, 0);
        await using var spool = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose);
        await using (var content = await source.OpenVerifiedAsync(descriptor, cancellationToken))
            await content.CopyToAsync(spool, cancellationToken);
        spool.Position = 0;
        await ChangeAsync(async archive => await WriteAsync(archive, BlobName(descriptor.Digest), spool, cancellationToken), cancellationToken);
        progress?.Report(new TransferProgress(descriptor, descriptor.Size));
        return (BlobPushOutcome.Uploaded, descriptor.Size);
    }
    #endregion

    public async Task<Descriptor?> ResolveManifestAsync(ManifestReference reference, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var archive = Open();
        return archive is null ? null : await DescribeAsync(archive, reference, cancellationToken);
    }

    public async Task<ManifestContent?> FetchManifestAsync(ManifestReference reference, long maxBytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var archive = Open();
        if (archive is null || await DescribeAsync(archive, reference, cancellationToken) is not { } descriptor)
            return null;
        if (descriptor.Size > maxBytes)
            throw new LimitExceededException($"manifest {descriptor.Digest}", nameof(maxBytes), maxBytes, descriptor.Size);
        var stored = BlobSource.FromDelegate(_ => ValueTask.FromResult(archive.GetEntry(ManifestName(descriptor.Digest))!.Open()));
        await using var content = await stored.OpenVerifiedAsync(descriptor, cancellationToken);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        return new ManifestContent(descriptor, bytes.ToArray());
    }

    #region commit
    public Task PushManifestAsync(ManifestContent manifest, string? tag, CancellationToken cancellationToken) => ChangeAsync(
        async archive =>
        {
            var digest = manifest.Descriptor.Digest;
            await WriteAsync(archive, ManifestName(digest), new MemoryStream(manifest.Bytes.ToArray()), cancellationToken);
            await WriteAsync(archive, ManifestName(digest) + ".type", Text(manifest.Descriptor.MediaType), cancellationToken);
            if (tag is not null)
                await WriteAsync(archive, TagName(tag), Text(digest.ToString()), cancellationToken);
        },
        cancellationToken);
    #endregion

    /// <summary>Replaces the content of an entry, for tests of damage.</summary>
    public Task OverwriteAsync(Digest digest, bool isManifest) => ChangeAsync(
        async archive =>
        {
            var name = isManifest ? ManifestName(digest) : BlobName(digest);
            await WriteAsync(archive, name, new MemoryStream(new byte[archive.GetEntry(name)!.Length]), CancellationToken.None);
        },
        CancellationToken.None);

    public void Dispose() => _writing.Dispose();

    private static async Task<Descriptor?> DescribeAsync(ZipArchive archive, ManifestReference reference, CancellationToken cancellationToken)
    {
        var digest = reference.Digest;
        if (reference.Tag is { } tag)
        {
            if (archive.GetEntry(TagName(tag)) is not { } pointer)
                return null;
            digest = Digest.Parse(await ReadTextAsync(pointer, cancellationToken));
        }

        return archive.GetEntry(ManifestName(digest)) is { } entry
            ? new Descriptor(await ReadTextAsync(archive.GetEntry(ManifestName(digest) + ".type")!, cancellationToken), digest, entry.Length)
            : null;
    }

    private static async Task WriteAsync(ZipArchive archive, string name, Stream content, CancellationToken cancellationToken)
    {
        archive.GetEntry(name)?.Delete();
        await using var stream = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
        await content.CopyToAsync(stream, cancellationToken);
    }

    private static async Task<string> ReadTextAsync(ZipArchiveEntry entry, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(entry.Open());
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string BlobName(Digest digest) => $"blobs/{Flat(digest)}";

    private static string ManifestName(Digest digest) => $"manifests/{Flat(digest)}";

    private static string TagName(string tag) => $"tags/{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(tag))}";

    private static string Flat(Digest digest) => digest.ToString().Replace(':', '/');

    private static string Bytes(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} bytes");

    private ZipArchive? Open() => File.Exists(path)
        ? new ZipArchive(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete), ZipArchiveMode.Read)
        : null;

    private async Task ChangeAsync(Func<ZipArchive, Task> change, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        var copy = path + ".new";
        try
        {
            if (File.Exists(path))
                File.Copy(path, copy, overwrite: true);
            using (var archive = ZipFile.Open(copy, ZipArchiveMode.Update))
                await change(archive);
            File.Move(copy, path, overwrite: true);
        }
        finally
        {
            File.Delete(copy);
            _writing.Release();
        }
    }
}
