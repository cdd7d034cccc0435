namespace RegistryCache.Core.Content;

/// <summary>The three manifests that BuildKit wraps a cache in. Source: BuildKit, cache/remotecache/export.go.</summary>
public enum CacheManifestForm
{
    /// <summary>An OCI image manifest whose config is the cache config. BuildKit's default since 0.21.</summary>
    ImageManifest = 0,

    /// <summary>An OCI image index that lists layers and the cache config. BuildKit's default before 0.21.</summary>
    OciIndex = 1,

    /// <summary>A Docker manifest list that lists layers and the cache config.</summary>
    DockerManifestList = 2,
}
