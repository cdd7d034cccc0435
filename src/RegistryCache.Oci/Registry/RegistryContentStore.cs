using System.Runtime.ExceptionServices;
using RegistryCache.Oci.Downloads;
using RegistryCache.Oci.Hosts;
using RegistryCache.Oci.Registry;
using RegistryCache.Oci.Uploads;
using RegistryCache.Storage;

namespace RegistryCache.Oci;

/// <summary>One repository of a registry as a store. Opened by <see cref="RegistryClient.OpenRepository(ImageReference, RepositoryOptions)"/>. Thread-safe.</summary>
public sealed class RegistryContentStore : IContentStore
{
    private readonly BlobReader _reader;
    private readonly BlobUploader _uploader;
    private readonly ManifestClient _manifests;
    private readonly RepositoryListing _listing;
    private readonly RepositoryContext _repository;

    // The newest blob that is known to be in the repository because this store has put or found it there.
    private volatile Descriptor? _written;

    internal RegistryContentStore(RepositoryContext repository)
    {
        _repository = repository;
        _reader = new BlobReader(repository);
        _uploader = new BlobUploader(repository, _reader);
        _manifests = new ManifestClient(repository);
        _listing = new RepositoryListing(repository, _manifests);
    }

    /// <inheritdoc/>
    public string DisplayName => _repository.DisplayName;

    /// <summary>Where blobs of this store come from: give it to a <see cref="BlobSource"/> and a store on the same registry mounts instead of sending.</summary>
    public BlobOrigin Origin => new(_repository.Transport.Host.Name, _repository.Name);

    /// <inheritdoc/>
    /// <exception cref="RegistryResponseException">The registry refuses.</exception>
    /// <exception cref="RegistryTransferException">The registry cannot be reached or breaks the protocol.</exception>
    public Task<long?> FindBlobAsync(Digest digest, CancellationToken cancellationToken) => _reader.FindAsync(digest, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="RegistryResponseException">The registry refuses.</exception>
    /// <exception cref="RegistryTransferException">The registry cannot be reached or breaks the protocol.</exception>
    public Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return _reader.OpenAsync(descriptor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ByteRangeReader> OpenBlobRangesAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return _reader.OpenRangesAsync(descriptor, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="RegistryResponseException">The registry refuses.</exception>
    /// <exception cref="RegistryTransferException">The registry cannot be reached or breaks the protocol.</exception>
    public Task<BlobPushResult> PushBlobAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(source);
        return PushBlobAsync();

        async Task<BlobPushResult> PushBlobAsync()
        {
            var result = await _uploader.PushAsync(descriptor, source, progress, cancellationToken).ConfigureAwait(false);
            _written = descriptor;
            return result;
        }
    }

    /// <inheritdoc/>
    public async Task<Descriptor?> ResolveManifestAsync(ManifestReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return await _manifests.ResolveAsync(reference, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (e.Code == RegistryCacheErrorCode.RegistryUnauthorized && _written is not null)
        {
            return (await AskAsWriterAsync(reference, ManifestClient.ResolveLimit, e, cancellationToken).ConfigureAwait(false))?.Descriptor;
        }
    }

    /// <inheritdoc/>
    public async Task<ManifestContent?> FetchManifestAsync(ManifestReference reference, long maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            return await _manifests.FetchAsync(reference, maxBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (e.Code == RegistryCacheErrorCode.RegistryUnauthorized && _written is not null)
        {
            return await AskAsWriterAsync(reference, maxBytes, e, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="RegistryResponseException">The registry refuses the manifest; <see cref="RegistryResponseException.Hint"/> often says what to change.</exception>
    public Task PushManifestAsync(ManifestContent manifest, string? tag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return _manifests.PushAsync(manifest, tag, cancellationToken);
    }

    /// <summary>
    /// Decides what a refusal means in a repository that we have written to. Many registries answer 401 or 403 for what does not exist,
    /// and for everything as long as the repository is new. If a blob of ours can be read now, we may read here, and the manifest is
    /// simply not there; if not, we may write but not read, and nothing is known of the tag.
    /// </summary>
    private async Task<ManifestContent?> AskAsWriterAsync(
        ManifestReference reference, long maxBytes, RegistryCacheException refusal, CancellationToken cancellationToken)
    {
        try
        {
            return await _manifests.FetchAsync(reference, maxBytes, cancellationToken, asWriter: true).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (e.Code == RegistryCacheErrorCode.RegistryUnauthorized)
        {
            if (await _reader.IsReadableAsync(_written!, cancellationToken).ConfigureAwait(false))
                return null;
            ExceptionDispatchInfo.Throw(refusal);
            throw;
        }
    }

    /// <summary>Removes a manifest with all tags on it (by digest), or a tag (by tag; not every registry can).</summary>
    /// <param name="reference">The tag or digest.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it existed.</returns>
    /// <exception cref="RegistryResponseException">The registry refuses; 400 and 405 mean that it cannot.</exception>
    public Task<bool> DeleteManifestAsync(ManifestReference reference, CancellationToken cancellationToken) => _manifests.DeleteAsync(reference, cancellationToken);

    /// <summary>All tags of the repository, page by page; none if it does not exist.</summary>
    /// <param name="pageSize">How many to ask for at a time; 0 leaves it to the registry.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    public IAsyncEnumerable<string> ListTagsAsync(int pageSize = 0, CancellationToken cancellationToken = default) => _listing.TagsAsync(pageSize, cancellationToken);

    /// <summary>The manifests that name a manifest as their subject. Uses the fallback tag where the registry has no referrers endpoint.</summary>
    /// <param name="subject">The manifest.</param>
    /// <param name="artifactType">Only this artifact type, or <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default) =>
        _listing.ReferrersAsync(subject, artifactType, cancellationToken);
}
