using System.Collections.Concurrent;
using RegistryCache.Storage;

namespace TestHarness;

/// <summary>A store of one's own, as small as it can be: three dictionaries.</summary>
internal sealed class DictionaryStore : IContentStore
{
    private readonly ConcurrentDictionary<Digest, byte[]> _blobs = new();
    private readonly ConcurrentDictionary<Digest, ManifestContent> _manifests = new();
    private readonly ConcurrentDictionary<string, Digest> _tags = new(StringComparer.Ordinal);

    public string DisplayName => "dictionary";

    public Task<long?> FindBlobAsync(Digest digest, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<long?>(_blobs.TryGetValue(digest, out var bytes) ? bytes.Length : null);
    }

    public async Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        await FindBlobAsync(descriptor.Digest, cancellationToken) is null
            ? throw new ContentNotFoundException(descriptor.Digest.ToString(), DisplayName)
            : new MemoryStream(_blobs[descriptor.Digest], writable: false);

    public async Task<ByteRangeReader> OpenBlobRangesAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        await FindBlobAsync(descriptor.Digest, cancellationToken) is { } size && size != descriptor.Size
            ? throw new ContentMismatchException(
                RegistryCacheErrorCode.SizeMismatch, descriptor.Digest.ToString(), $"{descriptor.Size} bytes", $"{size} bytes")
            : new Ranges(await OpenBlobAsync(descriptor, cancellationToken));

    public async Task<(BlobPushOutcome Outcome, long BytesSent)> PushBlobAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken = default)
    {
        if (await FindBlobAsync(descriptor.Digest, cancellationToken) is not null)
            return (BlobPushOutcome.AlreadyPresent, 0);
        await using var content = await source.OpenVerifiedAsync(descriptor, cancellationToken);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        _blobs[descriptor.Digest] = bytes.ToArray();
        progress?.Report(new TransferProgress(descriptor, descriptor.Size));
        return (BlobPushOutcome.Uploaded, descriptor.Size);
    }

    public async Task<Descriptor?> ResolveManifestAsync(ManifestReference reference, CancellationToken cancellationToken = default) =>
        (await FetchManifestAsync(reference, long.MaxValue, cancellationToken))?.Descriptor;

    public Task<ManifestContent?> FetchManifestAsync(
        ManifestReference reference, long maxBytes, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var digest = reference.Tag is { } tag ? _tags.GetValueOrDefault(tag) : reference.Digest;
        if (!_manifests.TryGetValue(digest, out var manifest))
            return Task.FromResult<ManifestContent?>(null);
        if (manifest.Descriptor.Size > maxBytes)
            throw new LimitExceededException($"manifest {digest}", "CacheFormatLimits.MaxManifestBytes", maxBytes, manifest.Descriptor.Size);
        var actual = Digest.OfBytes(manifest.Bytes.Span);
        return actual == digest
            ? Task.FromResult<ManifestContent?>(manifest)
            : throw new ContentMismatchException(RegistryCacheErrorCode.DigestMismatch, "manifest", digest.ToString(), actual.ToString());
    }

    public Task PushManifestAsync(ManifestContent manifest, string? tag, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _manifests[manifest.Descriptor.Digest] = manifest;
        if (tag is not null)
            _tags[tag] = manifest.Descriptor.Digest;
        return Task.CompletedTask;
    }

    /// <summary>For the contract: other bytes under the same digest.</summary>
    public Task DamageAsync(Digest digest)
    {
        if (_blobs.TryGetValue(digest, out var bytes))
            _blobs[digest] = new byte[bytes.Length];
        else
            _manifests[digest] = new ManifestContent(_manifests[digest].Descriptor, new byte[_manifests[digest].Bytes.Length]);
        return Task.CompletedTask;
    }

    private sealed class Ranges(Stream blob) : ByteRangeReader
    {
        public override long Length => blob.Length;

        public override async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            blob.Position = offset;
            return await blob.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        }
    }
}
