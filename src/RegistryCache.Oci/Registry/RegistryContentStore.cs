using System.Runtime.ExceptionServices;
using RegistryCache.Core.Storage;
using RegistryCache.Oci.Downloads;
using RegistryCache.Oci.Hosts;
using RegistryCache.Oci.Uploads;
using RegistryCache.Storage;

namespace RegistryCache.Oci.Registry;

/// <summary>One repository of a registry as a store. Opened by <see cref="RegistryClient.OpenRepository(ImageReference, bool)"/>.
/// Thread-safe.</summary>
internal sealed class RegistryContentStore : IContentStore
{
    private readonly BlobReader _reader;
    private readonly BlobUploader _uploader;
    private readonly ManifestClient _manifests;
    private readonly RepositoryListing _listing;
    private readonly TagRemover _remover;
    private readonly RepositoryContext _repository;

    // The latest blob that this store has pushed to the repository or found in it.
    private volatile Descriptor? _written;

    internal RegistryContentStore(RepositoryContext repository)
    {
        _repository = repository;
        _reader = new BlobReader(repository);
        _uploader = new BlobUploader(repository, _reader);
        _manifests = new ManifestClient(repository);
        _listing = new RepositoryListing(repository, _manifests);
        _remover = new TagRemover(repository, _manifests, _listing, _uploader);
    }

    public string DisplayName => _repository.DisplayName;

    public StoreCapabilities Capabilities =>
        StoreCapabilities.ListTags | StoreCapabilities.DeleteManifests | StoreCapabilities.KeepsReferencedBlobs;

    /// <summary>The origin of this store's blobs. Pass it to a <see cref="BlobSource"/>, and a store on the same registry mounts the blob
    /// instead of uploading it.</summary>
    public ImageReference Origin => new(_repository.Transport.Host.Name, _repository.Name, null, null);

    public Task<RegistryAccess> CheckAccessAsync(string tag, RegistryAccessCheck check, CancellationToken cancellationToken) =>
        new AccessProbe(_repository).RunAsync(tag, check, cancellationToken);

    public Task<long?> FindBlobAsync(Digest digest, CancellationToken cancellationToken) => _reader.FindAsync(digest, cancellationToken);

    public Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return _reader.OpenAsync(descriptor, cancellationToken);
    }

    public Task<ByteRangeReader> OpenBlobRangesAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return _reader.OpenRangesAsync(descriptor, cancellationToken);
    }

    public async Task<(BlobPushOutcome Outcome, long BytesSent)> PushBlobAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(source);
        var result = await _uploader.PushAsync(descriptor, source, progress, cancellationToken).ConfigureAwait(false);
        _written = descriptor;
        return result;
    }

    public async Task<Descriptor?> ResolveManifestAsync(ManifestReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return await _manifests.ResolveAsync(reference, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (e.Code == RegistryCacheErrorCode.RegistryUnauthorized && _written is not null)
        {
            return (await AskAsWriterAsync(reference, ManifestClient.ResolveLimit, e, cancellationToken)
                .ConfigureAwait(false))?.Descriptor;
        }
    }

    public async Task<ManifestContent?> FetchManifestAsync(ManifestReference reference, long maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            return await _manifests.FetchAsync(reference, maxBytes, ManifestContent.LimitName, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (e.Code == RegistryCacheErrorCode.RegistryUnauthorized && _written is not null)
        {
            return await AskAsWriterAsync(reference, maxBytes, e, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task PushManifestAsync(ManifestContent manifest, string? tag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return _manifests.PushAsync(manifest, tag, cancellationToken);
    }

    public Task<bool> TryPushManifestAsync(
        ManifestContent manifest, string tag, Digest? expected, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(tag);
        return _manifests.TryPushAsync(
            manifest, tag, new TagWatch(expected, cancel => LookAsWriterAsync(ManifestReference.ByTag(tag), cancel)), cancellationToken);
    }

    private async Task<Digest?> LookAsWriterAsync(ManifestReference tag, CancellationToken cancellationToken)
    {
        try
        {
            return await _manifests.LookAsync(tag, _repository.Push, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (e.Code == RegistryCacheErrorCode.RegistryUnauthorized && _written is not null)
        {
            if (await _reader.IsReadableAsync(_written, holdsSlot: true, cancellationToken).ConfigureAwait(false))
                return null;
            throw;
        }
    }

    /// <summary>Decides what a refusal means in a repository that this store has written to. Many registries answer 401 or 403 for content
    /// that does not exist, and for everything while the repository is new. If a blob that this store wrote can be read now, reading is
    /// allowed and the manifest does not exist. If not, only writing is allowed, and nothing is known about the tag.</summary>
    private async Task<ManifestContent?> AskAsWriterAsync(
        ManifestReference reference, long maxBytes, RegistryCacheException refusal, CancellationToken cancellationToken)
    {
        try
        {
            return await _manifests.FetchAsync(reference, maxBytes, ManifestContent.LimitName, cancellationToken, _repository.Push)
                .ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (e.Code == RegistryCacheErrorCode.RegistryUnauthorized)
        {
            if (await _reader.IsReadableAsync(_written!, holdsSlot: false, cancellationToken).ConfigureAwait(false))
                return null;
            ExceptionDispatchInfo.Throw(refusal);
            throw;
        }
    }

    /// <summary>Deletes a manifest and all its tags (by digest), or a tag (by tag, which not every registry supports).</summary>
    /// <returns>Whether it existed.</returns>
    /// <exception cref="RegistryResponseException">The registry refuses. 400 and 405 mean that it does not support deletion.</exception>
    public Task<bool> DeleteManifestAsync(ManifestReference reference, CancellationToken cancellationToken) =>
        _manifests.DeleteAsync(reference, cancellationToken);

    public Task<(ManifestRemoval Outcome, string? Reason)> RemoveAsync(
        string? tag, Digest manifest, CancellationToken cancellationToken = default) => tag is null
        ? _remover.RemoveManifestAsync(manifest, cancellationToken)
        : _remover.RemoveTagAsync(tag, manifest, cancellationToken);

    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, CancellationToken cancellationToken = default) =>
        ListReferrersAsync(subject, artifactType: null, cancellationToken);

    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) =>
        ListTagsAsync(pageSize: 0, cancellationToken);

    /// <summary>Lists all tags of the repository, page by page. Empty if the repository does not exist.</summary>
    /// <param name="pageSize">How many tags to request per page. 0 lets the registry decide.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    public IAsyncEnumerable<string> ListTagsAsync(int pageSize, CancellationToken cancellationToken) =>
        _listing.TagsAsync(pageSize, cancellationToken);

    /// <summary>Lists the manifests whose subject is a manifest. Uses the fallback tag if the registry has no referrers endpoint.</summary>
    /// <param name="subject">The manifest.</param>
    /// <param name="artifactType">Only this artifact type, or <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType,
        CancellationToken cancellationToken) =>
        _listing.ReferrersAsync(subject, artifactType, cancellationToken);
}
