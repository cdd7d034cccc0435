using RegistryCache.Core.Errors;

namespace RegistryCache.Oci.Layout;

/// <summary>The paths in a layout directory. Paths of blobs come from parsed digests only, so they cannot lead out of it.</summary>
internal sealed class LayoutPaths(string directory)
{
    public static readonly string[] Algorithms = ["sha256", "sha384", "sha512"];

    public string Root { get; } = AbsolutePath.Of(directory);

    public string Index => Path.Combine(Root, "index.json");

    public string Lock => Path.Combine(Root, "index.json.lock");

    public string Marker => Path.Combine(Root, "oci-layout");

    public string Blobs => Path.Combine(Root, "blobs");

    public string Ingest => Path.Combine(Root, "ingest");

    public string BlobDirectory(string algorithm) => Path.Combine(Blobs, algorithm);

    public string Blob(Digest digest) => Path.Combine(Blobs, digest.AlgorithmName, digest.Hex);
}
