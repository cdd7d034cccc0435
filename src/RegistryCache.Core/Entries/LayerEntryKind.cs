namespace RegistryCache;

/// <summary>What an entry of a layer is.</summary>
public enum LayerEntryKind
{
    /// <summary>A regular file.</summary>
    File = 0,

    /// <summary>A directory.</summary>
    Directory = 1,

    /// <summary>A symbolic link; <see cref="LayerEntry.LinkTarget"/> is its text.</summary>
    SymbolicLink = 2,

    /// <summary>Another name of a file; <see cref="LayerEntry.LinkTarget"/> is the file's path in the layers.</summary>
    HardLink = 3,

    /// <summary>A character device.</summary>
    CharacterDevice = 4,

    /// <summary>A block device.</summary>
    BlockDevice = 5,

    /// <summary>A named pipe.</summary>
    Fifo = 6,

    /// <summary>The path is deleted. In a tar: an empty file <c>.wh.NAME</c>. Source: OCI image-spec, layer.md, "Whiteouts".</summary>
    Whiteout = 7,

    /// <summary>All that lower layers put into the directory is deleted. In a tar: an empty file <c>.wh..wh..opq</c>.</summary>
    OpaqueDirectory = 8,
}
