namespace RegistryCache;

/// <summary>The form of a cache's manifest. Source: BuildKit cache/remotecache/export.go.</summary>
public enum CacheManifestForm
{
    /// <summary>An OCI image manifest: layers in <c>layers</c>, the cache config in <c>config</c>. BuildKit's default since 0.21.</summary>
    ImageManifest = 0,

    /// <summary>An OCI index: layers and, as its last entry, the cache config in <c>manifests</c>.</summary>
    OciIndex = 1,

    /// <summary>A Docker manifest list, shaped like the index, with Docker layer types.</summary>
    DockerManifestList = 2,
}
