namespace RegistryCache.Storage;

/// <summary>One place that caches can be read from: a repository of a registry, an OCI layout directory, memory.</summary>
public interface IReadOnlyContentStore : IReadOnlyBlobStore, IReadOnlyManifestStore
{
    /// <summary>The store as a person would name it, without secrets: <c>ghcr.io/acme/app</c>, <c>./cache</c>.</summary>
    string DisplayName { get; }

    /// <summary>What a store on the same registry needs in order to mount blobs from this one; <see langword="null"/> when this is no registry.</summary>
    BlobOrigin? Origin => null;
}
