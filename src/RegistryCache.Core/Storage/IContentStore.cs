using RegistryCache.Core.Storage;

namespace RegistryCache.Storage;

/// <summary>One place that caches can be read from and written to: a repository of a registry, an OCI layout directory, memory.
/// Thread-safe. Derive a store that wraps another one from <see cref="DelegatingContentStore"/>, to keep all that it can do.</summary>
public interface IContentStore
{
    /// <summary>The store as a person would name it, without secrets: <c>ghcr.io/acme/app</c>, <c>./cache</c>.</summary>
    string DisplayName { get; }

    /// <summary>The repository, for a store on the same registry that mounts blobs from here; <see langword="null"/> if this is not a
    /// registry. Tag and digest do not matter.</summary>
    ImageReference? Origin => null;

    /// <summary>What the store can do beyond reading and adding. Default: nothing.</summary>
    StoreCapabilities Capabilities => StoreCapabilities.None;

    /// <summary>The size of a blob in bytes, or <see langword="null"/> when the store does not have it.</summary>
    /// <param name="digest">The blob's digest.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<long?> FindBlobAsync(Digest digest, CancellationToken cancellationToken = default);

    /// <summary>Opens a blob from its start, forward only; the caller disposes the stream. The bytes need not be verified. To read verified
    /// content, use <see cref="Blob"/>, as this library does.</summary>
    /// <param name="descriptor">The blob: digest and size count, the media type does not.</param>
    /// <param name="cancellationToken">Cancels opening the blob.</param>
    /// <exception cref="ContentNotFoundException">The store does not have the blob.</exception>
    Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken = default);

    /// <summary>Opens a blob for random access, not verified. In a registry, each read is one or more Range requests.</summary>
    /// <param name="descriptor">The blob: digest and size count, the media type does not.</param>
    /// <param name="cancellationToken">Cancels opening the blob.</param>
    /// <exception cref="ContentNotFoundException">The store does not have the blob.</exception>
    /// <exception cref="ContentMismatchException">The store holds another size than the descriptor says.</exception>
    Task<ByteRangeReader> OpenBlobRangesAsync(Descriptor descriptor, CancellationToken cancellationToken = default);

    /// <summary>A blob of this store, which is opened when it is read, and verified. A layer of a graph is made with it: <c>new
    /// CacheLayer(descriptor, store.Blob(descriptor))</c>.</summary>
    /// <param name="descriptor">The blob.</param>
    BlobSource Blob(Descriptor descriptor) => new StoreBlobSource(this, descriptor);

    /// <summary>Makes sure that the store has a blob. If it is not there, it is mounted from <see cref="BlobSource.Origin"/> if the store
    /// can do that, or sent. It becomes visible only when it is complete and verified.</summary>
    /// <param name="descriptor">The blob: digest and size count, the media type does not.</param>
    /// <param name="source">The content. It is opened only if bytes have to be sent, and again when a part has to be sent again.</param>
    /// <param name="progress">Receives the bytes sent, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the push; nothing half-written stays visible.</param>
    /// <returns>How the blob came to be in the store, and the bytes that went out, repeated parts included; 0 unless uploaded.</returns>
    /// <exception cref="ContentMismatchException">The source does not match the descriptor.</exception>
    Task<(BlobPushOutcome Outcome, long BytesSent)> PushBlobAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken = default);

    /// <summary>Puts a blob in the place of a damaged one with the same digest, whatever size that has.</summary>
    /// <param name="descriptor">The blob: digest and size count, the media type does not.</param>
    /// <param name="source">The content.</param>
    /// <param name="cancellationToken">Cancels the call; the damaged blob then stays.</param>
    /// <returns>Whether the blob is there now. By default <see langword="false"/>: a store that is asked for content by its digest usually
    /// keeps what it has, as registries do.</returns>
    /// <exception cref="ContentMismatchException">The source does not match the descriptor.</exception>
    Task<bool> TryReplaceBlobAsync(Descriptor descriptor, BlobSource source, CancellationToken cancellationToken = default) =>
        Task.FromResult(false);

    /// <summary>A manifest's descriptor, or <see langword="null"/> when the tag, digest or repository does not exist.</summary>
    /// <param name="reference">The tag or digest.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<Descriptor?> ResolveManifestAsync(ManifestReference reference, CancellationToken cancellationToken = default);

    /// <summary>Reads a manifest, or returns <see langword="null"/> when the tag, the digest or the whole repository does not exist. The
    /// bytes are verified: against the digest when asked by digest, against what the store says of them when asked by tag.</summary>
    /// <param name="reference">The tag or digest.</param>
    /// <param name="maxBytes">The most to read into memory.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LimitExceededException">The manifest is larger than <paramref name="maxBytes"/>. The exception names the option
    /// that sets this limit: <c>CacheFormatLimits.MaxManifestBytes</c>.</exception>
    /// <exception cref="ContentMismatchException">The bytes are not what they should be.</exception>
    Task<ManifestContent?> FetchManifestAsync(ManifestReference reference, long maxBytes, CancellationToken cancellationToken = default);

    /// <summary>Stores a manifest and, when a tag is given, points the tag at it. This is the commit of an export: everything that the
    /// manifest refers to must be in the store before. The tag moves in one step, or not at all.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="tag">The tag, or <see langword="null"/> to store the manifest under its digest only.</param>
    /// <param name="cancellationToken">Cancels the call; afterwards the tag points to the old or the new manifest.</param>
    Task PushManifestAsync(ManifestContent manifest, string? tag, CancellationToken cancellationToken = default);

    /// <summary>Stores a manifest and moves a tag to it, if the tag still points to <paramref name="expected"/>. With
    /// <see cref="StoreCapabilities.ConditionalTags"/> this is one step, so several writers can share a tag without losses and waits.
    /// Otherwise the tag is looked at as late as possible, and again before anything is repeated. By default it is looked at once, and
    /// then <see cref="PushManifestAsync"/> moves it.</summary>
    /// <param name="manifest">The manifest; everything that it refers to is in the store.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="expected">The manifest that the tag pointed at; <see langword="null"/> when there was no such tag.</param>
    /// <param name="cancellationToken">Cancels the call; afterwards the tag points to the old or the new manifest.</param>
    /// <returns>Whether the tag was moved. If not, it is as another writer has left it.</returns>
    async Task<bool> TryPushManifestAsync(
        ManifestContent manifest, string tag, Digest? expected, CancellationToken cancellationToken = default)
    {
        if (!await TagWatch.Of(this, tag, expected).IsUnchangedAsync(cancellationToken).ConfigureAwait(false))
            return false;
        await PushManifestAsync(manifest, tag, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Deletes everything that no tag needs, as <c>reset=true</c> does in a directory. If it is not certain what the tags need,
    /// nothing is deleted. Only with <see cref="StoreCapabilities.Sweep"/>.</summary>
    /// <param name="cancellationToken">Cancels the sweep between two deletions.</param>
    /// <returns>How many blobs and manifests were deleted, their size, and why nothing was deleted or what could not be.</returns>
    /// <exception cref="NotSupportedException">The store cannot do it.</exception>
    Task<(int RemovedBlobs, long RemovedBytes, IReadOnlyList<string> Warnings)> SweepAsync(
        CancellationToken cancellationToken = default) =>
        throw new NotSupportedException($"{DisplayName} cannot be swept.");

    /// <summary>Deletes a manifest with all tags on it (by digest), or a tag (by tag; not every registry can). A store that can be swept
    /// may keep the manifest itself until then. Only with <see cref="StoreCapabilities.DeleteManifests"/>.</summary>
    /// <param name="reference">The tag or digest.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it existed.</returns>
    /// <exception cref="NotSupportedException">The store cannot do it.</exception>
    Task<bool> DeleteManifestAsync(ManifestReference reference, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException($"{DisplayName} cannot delete manifests.");

    /// <summary>Removes a tag if it still points to a manifest, by whatever way the store offers; other tags stay. Without a tag,
    /// removes the manifest itself if no tag needs it. Only with <see cref="StoreCapabilities.DeleteManifests"/>.</summary>
    /// <param name="tag">The tag; <see langword="null"/> for a manifest that no tag is expected to need.</param>
    /// <param name="manifest">What the tag points to.</param>
    /// <param name="cancellationToken">Cancels the call; afterwards the tag points to the manifest or does not exist.</param>
    /// <returns>What became of it, and one sentence that says why it was refused.</returns>
    /// <exception cref="NotSupportedException">The store cannot do it.</exception>
    async Task<(ManifestRemoval Outcome, string? Reason)> RemoveAsync(
        string? tag, Digest manifest, CancellationToken cancellationToken = default)
    {
        if (tag is null)
            return (ManifestRemoval.Refused, $"{DisplayName} does not tell which manifests are in use.");
        var reference = ManifestReference.ByTag(tag);
        if (await ResolveManifestAsync(reference, cancellationToken).ConfigureAwait(false) is not { } current)
            return (ManifestRemoval.Absent, null);
        if (current.Digest != manifest)
            return (ManifestRemoval.InUse, null);
        var existed = await DeleteManifestAsync(reference, cancellationToken).ConfigureAwait(false);
        return (existed ? ManifestRemoval.Deleted : ManifestRemoval.Absent, null);
    }

    /// <summary>What <see cref="SweepAsync"/> would delete if tags pointed to other manifests. Nothing is changed. Only with
    /// <see cref="StoreCapabilities.Sweep"/>.</summary>
    /// <param name="tags">The tags with their manifests, which need not be stored yet; <see langword="null"/> for a tag that is removed.
    /// The other tags stay as they are.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The blobs and manifests with their sizes in bytes, and why nothing would be deleted or what would be kept.</returns>
    /// <exception cref="NotSupportedException">The store cannot do it.</exception>
    Task<(IReadOnlyDictionary<Digest, long> Blobs, IReadOnlyList<string> Warnings)> PlanSweepAsync(
        IReadOnlyDictionary<string, ManifestContent?> tags, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException($"{DisplayName} cannot be swept.");

    /// <summary>The manifests that name another one as their subject, such as its signatures. Default: none are known.</summary>
    /// <param name="subject">The manifest.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, CancellationToken cancellationToken = default) =>
        AsyncEnumerable.Empty<Descriptor>();

    /// <summary>When a blob was last read, where the store knows it; <see langword="null"/> otherwise. Default: it does not.</summary>
    /// <param name="digest">The blob.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<DateTimeOffset?> FindLastUseAsync(Digest digest, CancellationToken cancellationToken = default) =>
        Task.FromResult<DateTimeOffset?>(null);

    /// <summary>Promises a reader what a manifest names: no sweep deletes these blobs while the promise is referenced and not disposed.
    /// </summary>
    /// <param name="manifest">The manifest, which was just read.</param>
    /// <param name="promise">The promise; <see langword="null"/> if the store needs none, or can give none.</param>
    /// <returns>Whether the manifest is still there. If not, it was just swept: look its tag up again.</returns>
    bool TryPromise(Digest manifest, out IDisposable? promise)
    {
        promise = null;
        return true;
    }

    /// <summary>All tags, each once; none when the store does not exist. Only with <see cref="StoreCapabilities.ListTags"/>.</summary>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <exception cref="NotSupportedException">The store cannot do it.</exception>
    IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) =>
        throw new NotSupportedException($"{DisplayName} cannot list tags.");
}
