namespace RegistryCache.Storage;

/// <summary>One place that caches can be read from: a repository of a registry, an OCI layout directory, memory.</summary>
public interface IReadOnlyContentStore : IReadOnlyBlobStore, IReadOnlyManifestStore
{
    /// <summary>The store as a person would name it, without secrets: <c>ghcr.io/acme/app</c>, <c>./cache</c>.</summary>
    string DisplayName { get; }

    /// <summary>What a store on the same registry needs in order to mount blobs from this one; <see langword="null"/> when this is no registry.</summary>
    BlobOrigin? Origin => null;

    /// <summary>What the store can do beyond reading and adding. Default: nothing.</summary>
    StoreCapabilities Capabilities => StoreCapabilities.None;

    /// <summary>All tags, each once; none when the store does not exist. Only with <see cref="StoreCapabilities.ListTags"/>.</summary>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <exception cref="NotSupportedException">The store cannot do it.</exception>
    IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken) => throw new NotSupportedException($"{DisplayName} cannot list tags.");
}
