using System.Collections.Immutable;

namespace RegistryCache.Compression.EStargz;

/// <summary>An entry of a table of contents, with what is needed to read a file.</summary>
internal sealed class EStargzEntry(LayerEntry entry, Digest? contentDigest)
{
    public LayerEntry Entry => entry;

    /// <summary>The digest of a file's content, or <see langword="null"/> when not stated.</summary>
    public Digest? ContentDigest => contentDigest;

    /// <summary>Where the parts of the content are, in order.</summary>
    public ImmutableArray<EStargzChunk> Chunks { get; set; } = [];
}
