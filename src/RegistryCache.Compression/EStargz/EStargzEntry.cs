using System.Collections.Immutable;
using RegistryCache.Compression.EStargz;

namespace RegistryCache.Compression;

/// <summary>An entry of an estargz blob's table of contents.</summary>
public sealed class EStargzEntry
{
    internal EStargzEntry(string path, LayerEntryKind kind)
    {
        Path = path;
        Kind = kind;
    }

    /// <summary>The path, relative and cleaned: no leading slash, no <c>.</c> or <c>..</c>; empty for the root.</summary>
    public string Path { get; }

    /// <summary>The kind; never a whiteout, which is a file here.</summary>
    public LayerEntryKind Kind { get; }

    /// <summary>The length of a file in bytes, else 0.</summary>
    public long Size { get; internal init; }

    /// <summary>The mode bits of the tar header.</summary>
    public long Mode { get; internal init; }

    /// <summary>The owner's id.</summary>
    public long UserId { get; internal init; }

    /// <summary>The group's id.</summary>
    public long GroupId { get; internal init; }

    /// <summary>When it was changed, to the second, or <see langword="null"/> when not stated.</summary>
    public DateTimeOffset? ModificationTime { get; internal init; }

    /// <summary>The target of a link, unchanged. Empty for other entries.</summary>
    public string LinkName { get; internal init; } = "";

    /// <summary>The digest of a file's content, or <see langword="null"/> when not stated.</summary>
    public Digest? ContentDigest { get; internal init; }

    /// <summary>Where the parts of the content are, in order.</summary>
    internal ImmutableArray<EStargzChunk> Chunks { get; set; } = [];
}
