using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.ContentDigests;

/// <summary>Something found in a tree, with what it holds.</summary>
internal sealed class HashedNode
{
    public HashedNode(string path, FileNode node)
    {
        Path = path;
        Node = node;
    }

    public string Path { get; }

    public FileNode Node { get; set; }

    /// <summary>The SHA-256 of a file's bytes; empty for everything else.</summary>
    public byte[] Hash { get; set; } = [];

    public string LinkTarget { get; init; } = "";
}
