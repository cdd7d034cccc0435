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

    /// <summary>One more name of a file; <see cref="LayerEntry.LinkTarget"/> is the file's path in the layers.</summary>
    HardLink = 3,

    /// <summary>A character device.</summary>
    CharacterDevice = 4,

    /// <summary>A block device.</summary>
    BlockDevice = 5,

    /// <summary>A named pipe.</summary>
    Fifo = 6,

    /// <summary>The path does not exist any more. In a tar: an empty file <c>.wh.NAME</c>. Source: OCI image-spec, layer.md,
    /// "Whiteouts".</summary>
    Whiteout = 7,

    /// <summary>The directory hides what lower layers put into it. In a tar: an empty file <c>.wh..wh..opq</c>. Source: OCI image-spec,
    /// layer.md.</summary>
    OpaqueDirectory = 8,
}
