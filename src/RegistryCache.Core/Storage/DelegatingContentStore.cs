using RegistryCache.Core.Storage;

namespace RegistryCache.Storage;

/// <summary>A store that passes everything on to another one. Derive from it to change a part; what the other one can do stays.</summary>
public abstract class DelegatingContentStore : IContentStore
{
    /// <summary>Wraps a store.</summary>
    /// <param name="inner">The store; it is not disposed.</param>
    protected DelegatingContentStore(IContentStore inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <inheritdoc/>
    public virtual string DisplayName => Inner.DisplayName;

    /// <inheritdoc/>
    public virtual ImageReference? Origin => Inner.Origin;

    /// <inheritdoc/>
    public virtual StoreCapabilities Capabilities => Inner.Capabilities;

    /// <summary>The store that is wrapped.</summary>
    protected IContentStore Inner { get; }

    /// <inheritdoc/>
    public virtual Task<long?> FindBlobAsync(Digest digest, CancellationToken cancellationToken = default) =>
        Inner.FindBlobAsync(digest, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        Inner.OpenBlobAsync(descriptor, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<ByteRangeReader> OpenBlobRangesAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        Inner.OpenBlobRangesAsync(descriptor, cancellationToken);

    /// <inheritdoc/>
    public virtual BlobSource Blob(Descriptor descriptor) => new StoreBlobSource(this, descriptor);

    /// <inheritdoc/>
    public virtual Task<(BlobPushOutcome Outcome, long BytesSent)> PushBlobAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken = default) =>
        Inner.PushBlobAsync(descriptor, source, progress, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<bool> TryReplaceBlobAsync(
        Descriptor descriptor, BlobSource source, CancellationToken cancellationToken = default) =>
        Inner.TryReplaceBlobAsync(descriptor, source, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<Descriptor?> ResolveManifestAsync(ManifestReference reference, CancellationToken cancellationToken = default) =>
        Inner.ResolveManifestAsync(reference, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<ManifestContent?> FetchManifestAsync(
        ManifestReference reference, long maxBytes, CancellationToken cancellationToken = default) =>
        Inner.FetchManifestAsync(reference, maxBytes, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>A merge moves its tag with <see cref="TryPushManifestAsync"/>. Override both to change how tags are moved.</remarks>
    public virtual Task PushManifestAsync(ManifestContent manifest, string? tag, CancellationToken cancellationToken = default) =>
        Inner.PushManifestAsync(manifest, tag, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<bool> TryPushManifestAsync(
        ManifestContent manifest, string tag, Digest? expected, CancellationToken cancellationToken = default) =>
        Inner.TryPushManifestAsync(manifest, tag, expected, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<bool> DeleteManifestAsync(ManifestReference reference, CancellationToken cancellationToken = default) =>
        Inner.DeleteManifestAsync(reference, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<(ManifestRemoval Outcome, string? Reason)> RemoveAsync(
        string? tag, Digest manifest, CancellationToken cancellationToken = default) =>
        Inner.RemoveAsync(tag, manifest, cancellationToken);

    /// <inheritdoc/>
    public virtual IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, CancellationToken cancellationToken = default) =>
        Inner.ListReferrersAsync(subject, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<DateTimeOffset?> FindLastUseAsync(Digest digest, CancellationToken cancellationToken = default) =>
        Inner.FindLastUseAsync(digest, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<(IReadOnlyDictionary<Digest, long> Blobs, IReadOnlyList<string> Warnings)> PlanSweepAsync(
        IReadOnlyDictionary<string, ManifestContent?> tags, CancellationToken cancellationToken = default) =>
        Inner.PlanSweepAsync(tags, cancellationToken);

    /// <inheritdoc/>
    public virtual bool TryPromise(Digest manifest, out IDisposable? promise) => Inner.TryPromise(manifest, out promise);

    /// <inheritdoc/>
    public virtual IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) =>
        Inner.ListTagsAsync(cancellationToken);

    /// <inheritdoc/>
    public virtual Task<(int RemovedBlobs, long RemovedBytes, IReadOnlyList<string> Warnings)> SweepAsync(
        CancellationToken cancellationToken = default) => Inner.SweepAsync(cancellationToken);
}
