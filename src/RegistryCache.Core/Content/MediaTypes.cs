namespace RegistryCache;

/// <summary>Media types of manifests, configs and layers.</summary>
/// <remarks>Source: BuildKit util/compression/compression.go, containerd core/images/mediatypes.go, OCI image-spec.</remarks>
public static class MediaTypes
{
    /// <summary>OCI image manifest.</summary>
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>OCI image index.</summary>
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";

    /// <summary>Docker image manifest, schema 2.</summary>
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>Docker manifest list.</summary>
    public const string DockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json";

    /// <summary>BuildKit's cache config.</summary>
    public const string CacheConfig = "application/vnd.buildkit.cacheconfig.v0";

    /// <summary>OCI image config.</summary>
    public const string OciImageConfig = "application/vnd.oci.image.config.v1+json";

    /// <summary>Docker image config.</summary>
    public const string DockerImageConfig = "application/vnd.docker.container.image.v1+json";

    /// <summary>OCI layer, uncompressed tar.</summary>
    public const string OciLayer = "application/vnd.oci.image.layer.v1.tar";

    /// <summary>OCI layer, gzip or estargz.</summary>
    public const string OciLayerGzip = "application/vnd.oci.image.layer.v1.tar+gzip";

    /// <summary>OCI layer, zstd.</summary>
    public const string OciLayerZstd = "application/vnd.oci.image.layer.v1.tar+zstd";

    /// <summary>Docker layer, uncompressed tar.</summary>
    public const string DockerLayer = "application/vnd.docker.image.rootfs.diff.tar";

    /// <summary>Docker layer, gzip or estargz.</summary>
    public const string DockerLayerGzip = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    /// <summary>Docker layer, zstd.</summary>
    public const string DockerLayerZstd = "application/vnd.docker.image.rootfs.diff.tar.zstd";

    /// <summary>OCI non-distributable layer, uncompressed tar.</summary>
    public const string OciForeignLayer = "application/vnd.oci.image.layer.nondistributable.v1.tar";

    /// <summary>OCI non-distributable layer, gzip.</summary>
    public const string OciForeignLayerGzip = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";

    /// <summary>OCI non-distributable layer, zstd.</summary>
    public const string OciForeignLayerZstd = "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd";

    /// <summary>Docker foreign layer, uncompressed tar.</summary>
    public const string DockerForeignLayer = "application/vnd.docker.image.rootfs.foreign.diff.tar";

    /// <summary>Docker foreign layer, gzip.</summary>
    public const string DockerForeignLayerGzip = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

    /// <summary>The four manifest types, in the order in which an Accept header lists them.</summary>
    public static IReadOnlyList<string> Manifests { get; } = [OciManifest, OciIndex, DockerManifest, DockerManifestList];

    /// <summary>The OCI layer type for a Docker layer type; every other type is returned unchanged.</summary>
    /// <param name="mediaType">A media type.</param>
    public static string ToOci(string mediaType) => mediaType switch
    {
        DockerLayer => OciLayer,
        DockerLayerGzip => OciLayerGzip,
        DockerLayerZstd => OciLayerZstd,
        DockerForeignLayer => OciForeignLayer,
        DockerForeignLayerGzip => OciForeignLayerGzip,
        _ => mediaType,
    };

    /// <summary>The Docker layer type for an OCI one. Other types, and <see cref="OciForeignLayerZstd"/>, stay as they are.</summary>
    /// <param name="mediaType">A media type.</param>
    public static string ToDocker(string mediaType) => mediaType switch
    {
        OciLayer => DockerLayer,
        OciLayerGzip => DockerLayerGzip,
        OciLayerZstd => DockerLayerZstd,
        OciForeignLayer => DockerForeignLayer,
        OciForeignLayerGzip => DockerForeignLayerGzip,
        _ => mediaType,
    };

    /// <summary>The distributable type of a non-distributable layer type; every other type is returned unchanged.</summary>
    /// <param name="mediaType">A media type.</param>
    public static string ToDistributable(string mediaType) => mediaType switch
    {
        OciForeignLayer => OciLayer,
        OciForeignLayerGzip => OciLayerGzip,
        OciForeignLayerZstd => OciLayerZstd,
        DockerForeignLayer => DockerLayer,
        DockerForeignLayerGzip => DockerLayerGzip,
        _ => mediaType,
    };

    /// <summary>Whether a media type names a layer, whatever its compression.</summary>
    /// <param name="mediaType">A media type, with or without a <c>+suffix</c>.</param>
    public static bool IsLayer(string mediaType)
    {
        ArgumentNullException.ThrowIfNull(mediaType);
        if (mediaType.StartsWith("application/vnd.oci.image.layer.", StringComparison.Ordinal))
            return true;
        var plus = mediaType.IndexOf('+', StringComparison.Ordinal);
        return (plus < 0 ? mediaType : mediaType[..plus])
            is DockerLayer or DockerLayerGzip or DockerLayerZstd or DockerForeignLayer or DockerForeignLayerGzip;
    }

    /// <summary>Whether a media type is one of <see cref="Manifests"/>.</summary>
    /// <param name="mediaType">A media type.</param>
    public static bool IsManifest(string? mediaType) => mediaType is OciManifest or OciIndex or DockerManifest or DockerManifestList;
}
