using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.ContentDigests;

/// <summary>A node that a walk found, with the hash or the link target that it holds.</summary>
internal sealed class HashedNode(string path, FileNode node)
{
    public string Path { get; } = path;

    public FileNode Node { get; set; } = node;

    /// <summary>The SHA-256 of a file's bytes; empty for everything else.</summary>
    public byte[] Hash { get; set; } = [];

    public string LinkTarget { get; init; } = "";
}
