using System.Collections.Concurrent;
using RegistryCache.Core.Streams;
using RegistryCache.Storage;

namespace RegistryCache;

/// <summary>A store in memory, for tests and for caches that live as long as the process. Like a registry, it keeps blobs and manifests
/// separately. Thread-safe. A blob must fit into one array, that is less than 2 GiB.</summary>
public sealed class InMemoryContentStore : IContentStore
{
    private readonly ConcurrentDictionary<Digest, byte[]> _blobs = new();
    private readonly ConcurrentDictionary<Digest, ManifestContent> _manifests = new();
    private readonly ConcurrentDictionary<string, Digest> _tags = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _calls = new(StringComparer.Ordinal);

    /// <summary>Creates an empty store.</summary>
    /// <param name="displayName">The store's name in errors and reports.</param>
    public InMemoryContentStore(string displayName = "memory")
    {
        ArgumentException.ThrowIfNullOrEmpty(displayName);
        DisplayName = displayName;
    }

    /// <inheritdoc/>
    public string DisplayName { get; }

    /// <inheritdoc/>
    public StoreCapabilities Capabilities =>
        StoreCapabilities.ConditionalTags | StoreCapabilities.ListTags | StoreCapabilities.DeleteManifests;

    /// <summary>Is called first in each call of a method of <see cref="IContentStore"/> that has a task. For tests: it can throw, to let a
    /// chosen call fail, and wait, to delay one. <see langword="null"/> by default.</summary>
    public Func<StoreCall, CancellationToken, Task>? OnCall { get; set; }

    /// <summary>Gets each stream of a blob, and returns what the caller reads. For tests: it can return damaged bytes, or a stream that
    /// breaks off. <see langword="null"/> by default.</summary>
    public Func<StoreCall, Stream, Stream>? OnRead { get; set; }

    /// <summary>The digests of all blobs, in order. A copy, taken at the moment of the call.</summary>
    public IReadOnlyList<Digest> BlobDigests => [.. _blobs.Keys.Order()];

    /// <summary>The digests of all manifests, in order. A copy, taken at the moment of the call.</summary>
    public IReadOnlyList<Digest> ManifestDigests => [.. _manifests.Keys.Order()];

    /// <summary>Every tag and what it points at. A copy, taken at the moment of the call.</summary>
    public IReadOnlyDictionary<string, Digest> Tags =>
        _tags.ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<long?> FindBlobAsync(Digest digest, CancellationToken cancellationToken = default)
    {
        await BeginAsync(nameof(FindBlobAsync), digest, tag: null, cancellationToken).ConfigureAwait(false);
        return _blobs.TryGetValue(digest, out var bytes) ? bytes.Length : null;
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        var call = await BeginAsync(nameof(OpenBlobAsync), descriptor.Digest, tag: null, cancellationToken).ConfigureAwait(false);
        var content = new MemoryStream(GetBlob(descriptor), writable: false);
        return OnRead?.Invoke(call, content) ?? content;
    }

    /// <inheritdoc/>
    public async Task<ByteRangeReader> OpenBlobRangesAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        await BeginAsync(nameof(OpenBlobRangesAsync), descriptor.Digest, tag: null, cancellationToken).ConfigureAwait(false);
        var bytes = GetBlob(descriptor);
        return bytes.Length == descriptor.Size
            ? new MemoryByteRangeReader(bytes)
            : throw new ContentMismatchException(
                RegistryCacheErrorCode.SizeMismatch, $"blob {descriptor.Digest}", $"{descriptor.Size} bytes", $"{bytes.Length} bytes");
    }

    /// <inheritdoc/>
    /// <exception cref="LimitExceededException">The blob does not fit into one array.</exception>
    public async Task<(BlobPushOutcome Outcome, long BytesSent)> PushBlobAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(source);
        await BeginAsync(nameof(PushBlobAsync), descriptor.Digest, tag: null, cancellationToken).ConfigureAwait(false);
        if (_blobs.TryGetValue(descriptor.Digest, out var present) && IsWhole(descriptor, present))
            return (BlobPushOutcome.AlreadyPresent, 0);
        var content = await ReadAsync(descriptor, source, progress, cancellationToken).ConfigureAwait(false);
        _blobs[descriptor.Digest] = content;
        return (BlobPushOutcome.Uploaded, content.Length);
    }

    /// <inheritdoc/>
    /// <exception cref="LimitExceededException">The blob does not fit into one array.</exception>
    public async Task<bool> TryReplaceBlobAsync(Descriptor descriptor, BlobSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(source);
        await BeginAsync(nameof(TryReplaceBlobAsync), descriptor.Digest, tag: null, cancellationToken).ConfigureAwait(false);
        _blobs[descriptor.Digest] = await ReadAsync(descriptor, source, progress: null, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async Task<Descriptor?> ResolveManifestAsync(ManifestReference reference, CancellationToken cancellationToken = default)
    {
        await BeginAsync(nameof(ResolveManifestAsync), reference, cancellationToken).ConfigureAwait(false);
        return Find(reference)?.Descriptor;
    }

    /// <inheritdoc/>
    public async Task<ManifestContent?> FetchManifestAsync(
        ManifestReference reference, long maxBytes, CancellationToken cancellationToken = default)
    {
        await BeginAsync(nameof(FetchManifestAsync), reference, cancellationToken).ConfigureAwait(false);
        if (Find(reference) is not { } manifest)
            return null;
        var descriptor = manifest.Descriptor;
        if (descriptor.Size > maxBytes)
            throw new LimitExceededException($"manifest {descriptor.Digest}", ManifestContent.LimitName, maxBytes, descriptor.Size);
        var verified = new VerifyingReadStream(new MemoryStream(manifest.Bytes.ToArray(), writable: false), descriptor);
        await using var _ = verified.ConfigureAwait(false);
        await verified.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        return manifest;
    }

    /// <inheritdoc/>
    public async Task PushManifestAsync(ManifestContent manifest, string? tag, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        await BeginAsync(nameof(PushManifestAsync), manifest.Descriptor.Digest, tag, cancellationToken).ConfigureAwait(false);
        Keep(manifest);
        if (tag is not null)
            _tags[tag] = manifest.Descriptor.Digest;
    }

    /// <inheritdoc/>
    public async Task<bool> TryPushManifestAsync(
        ManifestContent manifest, string tag, Digest? expected, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(tag);
        await BeginAsync(nameof(TryPushManifestAsync), manifest.Descriptor.Digest, tag, cancellationToken).ConfigureAwait(false);
        Keep(manifest);
        return expected is { } old
            ? _tags.TryUpdate(tag, manifest.Descriptor.Digest, old)
            : _tags.TryAdd(tag, manifest.Descriptor.Digest);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) =>
        Tags.Keys.Order(StringComparer.Ordinal).ToAsyncEnumerable();

    /// <inheritdoc/>
    public async Task<bool> DeleteManifestAsync(ManifestReference reference, CancellationToken cancellationToken = default)
    {
        await BeginAsync(nameof(DeleteManifestAsync), reference, cancellationToken).ConfigureAwait(false);
        if (reference.Tag is { } tag)
            return RemoveTag(tag);
        foreach (var (name, _) in _tags.Where(t => t.Value == reference.Digest))
            RemoveTag(name);
        return RemoveManifest(reference.Digest);
    }

    /// <inheritdoc/>
    public async Task<(ManifestRemoval Outcome, string? Reason)> RemoveAsync(
        string? tag, Digest manifest, CancellationToken cancellationToken = default)
    {
        await BeginAsync(nameof(RemoveAsync), manifest, tag, cancellationToken).ConfigureAwait(false);
        ManifestRemoval outcome;
        if (tag is null)
        {
            outcome = _tags.Values.Contains(manifest) ? ManifestRemoval.InUse
                : RemoveManifest(manifest) ? ManifestRemoval.DeletedByDigest : ManifestRemoval.Absent;
        }
        else
        {
            outcome = _tags.TryRemove(KeyValuePair.Create(tag, manifest)) ? ManifestRemoval.Deleted
                : _tags.ContainsKey(tag) ? ManifestRemoval.InUse : ManifestRemoval.Absent;
        }

        return (outcome, null);
    }

    /// <summary>Removes a blob, to see what happens without it.</summary>
    /// <param name="digest">The blob.</param>
    /// <returns>Whether the store had it.</returns>
    public bool RemoveBlob(Digest digest) => _blobs.TryRemove(digest, out _);

    /// <summary>Removes a manifest; tags that point at it no longer resolve.</summary>
    /// <param name="digest">The manifest.</param>
    /// <returns>Whether the store had it.</returns>
    public bool RemoveManifest(Digest digest) => _manifests.TryRemove(digest, out _);

    /// <summary>Removes a tag; the manifest stays.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Whether the store had it.</returns>
    public bool RemoveTag(string tag) => _tags.TryRemove(tag, out _);

    /// <summary>Stores bytes under a digest without looking at them, to see what happens when a blob is damaged.</summary>
    /// <param name="digest">The blob.</param>
    /// <param name="content">The bytes.</param>
    public void OverwriteBlob(Digest digest, ReadOnlySpan<byte> content)
    {
        if (digest.IsDefault)
            throw new ArgumentException("The digest must not be the default value.", nameof(digest));
        _blobs[digest] = content.ToArray();
    }

    /// <summary>Replaces the bytes of a manifest by as many others, unchecked, to see what happens when it is damaged.</summary>
    /// <param name="digest">A manifest that the store has.</param>
    /// <param name="content">The bytes.</param>
    /// <exception cref="ContentNotFoundException">The store does not have the manifest.</exception>
    public void OverwriteManifest(Digest digest, ReadOnlySpan<byte> content)
    {
        if (!_manifests.TryGetValue(digest, out var manifest))
            throw new ContentNotFoundException(digest.ToString(), DisplayName);
        _manifests[digest] = new ManifestContent(manifest.Descriptor, content.ToArray());
    }

    // As in a directory: of a layer only the length is compared, but a config is verified.
    private static bool IsWhole(Descriptor descriptor, byte[] present) =>
        present.Length == descriptor.Size
        && (descriptor.MediaType != MediaTypes.CacheConfig || Digest.OfBytes(present) == descriptor.Digest);

    // The buffer grows with the bytes that arrive. A wrong size in a descriptor must not reserve memory.
    private static async Task<byte[]> ReadAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        if (descriptor.Size > Array.MaxLength)
            throw new LimitExceededException($"blob {descriptor.Digest}", limitName: null, Array.MaxLength, descriptor.Size);
        var verified = await source.OpenVerifiedAsync(descriptor, cancellationToken).ConfigureAwait(false);
        await using var _ = verified.ConfigureAwait(false);
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await verified.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            content.Write(buffer, 0, read);
            progress?.Report(new TransferProgress(descriptor, content.Length));
        }

        return content.ToArray();
    }

    private Task<StoreCall> BeginAsync(string method, ManifestReference reference, CancellationToken cancellationToken) =>
        BeginAsync(method, reference.Tag is null ? reference.Digest : null, reference.Tag, cancellationToken);

    private async Task<StoreCall> BeginAsync(string method, Digest? digest, string? tag, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = new StoreCall(method, _calls.AddOrUpdate(method, 1, static (_, count) => count + 1), digest, tag);
        if (OnCall is { } hook)
            await hook(call, cancellationToken).ConfigureAwait(false);
        return call;
    }

    private void Keep(ManifestContent manifest) =>
        _manifests[manifest.Descriptor.Digest] = new ManifestContent(manifest.Descriptor, manifest.Bytes.ToArray());

    private byte[] GetBlob(Descriptor descriptor) => _blobs.TryGetValue(descriptor.Digest, out var bytes)
        ? bytes
        : throw new ContentNotFoundException(descriptor.Digest.ToString(), DisplayName);

    private ManifestContent? Find(ManifestReference reference)
    {
        var digest = reference.Digest;
        if (reference.Tag is { } tag && !_tags.TryGetValue(tag, out digest))
            return null;
        return _manifests.GetValueOrDefault(digest);
    }
}
