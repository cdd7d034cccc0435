using System.Text.Json.Nodes;

namespace RegistryCache.Docker.Tests.Rows;

/// <summary>A layer as a cache manifest in the registry describes it.</summary>
/// <param name="Digest">The blob's digest.</param>
/// <param name="MediaType">The stated media type.</param>
/// <param name="Annotations">All annotations as lines, in an order that does not depend on the writer.</param>
/// <param name="DiffId">The stated digest of the uncompressed layer.</param>
/// <param name="StatedTocDigest">The stated digest of the table of contents; only estargz has one.</param>
/// <param name="Toc">The table of contents that the blob's bytes really have.</param>
internal sealed record ForcedLayer(
    string Digest, string MediaType, string Annotations, string? DiffId, string? StatedTocDigest, EstargzToc? Toc)
{
    public static ForcedLayer Read(JsonNode descriptor, byte[] blob)
    {
        var annotations = descriptor["annotations"]?.AsObject() ?? [];
        return new ForcedLayer(
            (string)descriptor["digest"]!,
            (string)descriptor["mediaType"]!,
            string.Join('\n', annotations.Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal)),
            (string?)annotations["containerd.io/uncompressed"],
            (string?)annotations["containerd.io/snapshot/stargz/toc.digest"],
            EstargzToc.Find(blob));
    }
}
