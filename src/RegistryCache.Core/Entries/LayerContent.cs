using RegistryCache.Core.Entries;

namespace RegistryCache;

/// <summary>An entry together with its bytes.</summary>
/// <param name="Entry">The metadata. For a regular file its size must be the length of the content.</param>
/// <param name="Content">The bytes of a regular file; <see langword="null"/> for an empty one and for everything else.</param>
public sealed record LayerContent(LayerEntry Entry, BlobSource? Content = null)
{
    /// <summary>A regular file from memory.</summary>
    /// <param name="path">The path in the layer.</param>
    /// <param name="content">The bytes. They are not copied and must not change.</param>
    /// <param name="mode">The permission bits; the default is rw-r--r--.</param>
    public static LayerContent File(string path, ReadOnlyMemory<byte> content, UnixFileMode mode = FileModes.SharedFile) =>
        new(new LayerEntry { Path = path, Mode = mode, Size = content.Length }, BlobSource.FromBytes(content));

    /// <summary>A directory.</summary>
    /// <param name="path">The path in the layer.</param>
    /// <param name="mode">The permission bits; the default is rwxr-xr-x.</param>
    public static LayerContent Directory(string path, UnixFileMode mode = FileModes.SharedDirectory) =>
        new(new LayerEntry { Path = path, Kind = LayerEntryKind.Directory, Mode = mode });

    /// <summary>A symbolic link.</summary>
    /// <param name="path">The path in the layer.</param>
    /// <param name="target">The text of the link.</param>
    public static LayerContent SymbolicLink(string path, string target) =>
        new(new LayerEntry { Path = path, Kind = LayerEntryKind.SymbolicLink, Mode = FileModes.Link, LinkTarget = target });

    /// <summary>The entry, on one line.</summary>
    public override string ToString() => Entry.ToString();
}
