namespace RegistryCache.Core.Content;

/// <summary>Annotation keys on layer descriptors and index entries.</summary>
/// <remarks>Source: BuildKit cache/refs.go, containerd pkg/labels, stargz-snapshotter estargz/types.go.</remarks>
internal static class AnnotationKeys
{
    /// <summary>The diffID: the digest of the uncompressed tar. BuildKit cannot load a layer without it.</summary>
    public const string Uncompressed = "containerd.io/uncompressed";

    /// <summary>When the layer was created, RFC 3339.</summary>
    public const string CreatedAt = "buildkit/createdat";

    /// <summary>What a layer is, in memory only.</summary>
    public const string Description = "buildkit/description";

    /// <summary>The digest of the raw estargz table of contents.</summary>
    public const string StargzTocDigest = "containerd.io/snapshot/stargz/toc.digest";

    /// <summary>The length in bytes of the whole decompressed estargz stream, table of contents included.</summary>
    public const string StargzUncompressedSize = "io.containers.estargz.uncompressed-size";

    /// <summary>Followed by a host name without port: repositories on that host that hold the blob, comma-joined.</summary>
    public const string DistributionSourcePrefix = "containerd.io/distribution.source.";

    /// <summary>The tag of an entry in <c>index.json</c>.</summary>
    public const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>The full image name of an entry in <c>index.json</c>, written by image exports.</summary>
    public const string ContainerdImageName = "io.containerd.image.name";

    /// <summary>Who wrote a manifest, the most telling first. Source: OCI image-spec annotations.md.</summary>
    public static readonly string[] Writers =
        ["org.opencontainers.image.authors", "org.opencontainers.image.vendor", "org.opencontainers.image.source"];
}
