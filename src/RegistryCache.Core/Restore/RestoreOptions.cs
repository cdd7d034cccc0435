using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache;

/// <summary>How layers are restored into a folder. The defaults are safe for layers from unknown authors.</summary>
public sealed record RestoreOptions
{
    /// <summary>Whether the folder holds only what the layers contain afterwards. The folder itself and the directories that the layers
    /// contain stay the same directories. Files that other programs create meanwhile stay, and so do mount points and the directories of
    /// the cache itself: local sources and targets, and local blobs. The default,
    /// <see langword="false"/>, keeps what the layers do not contain: deletions in a layer apply only to lower layers, and a directory
    /// with files that a file or link would replace is an error.</summary>
    public bool ReplaceExisting { get; init; }

    /// <summary>
    /// How much is accepted. The default, <see langword="null"/>, means <see cref="RestoreLimits.ForFolders"/> in a restore of a
    /// folder cache, and for <c>new RestoreLimits()</c> in every other one.
    /// </summary>
    public RestoreLimits? Limits { get; init; }

    /// <summary>
    /// What happens to symbolic links that can lead out of the folder. The default is <see cref="SymbolicLinkPolicy.Default"/>: an error,
    /// unless a folder cache of this library saved the folder.
    /// </summary>
    public SymbolicLinkPolicy SymbolicLinks { get; init => field = Option.Defined(value); }

    /// <summary>What happens to devices. The default is <see cref="EntryPolicy.Refuse"/>. Fifos are created where the system
    /// can.</summary>
    public EntryPolicy Devices { get; init => field = Option.Defined(value); }

    /// <summary>What happens to the set-user-id and set-group-id bits of a mode. The default is <see cref="EntryPolicy.Skip"/>: they are
    /// cleared.</summary>
    public EntryPolicy SetIdBits { get; init => field = Option.Defined(value); } = EntryPolicy.Skip;

    /// <summary>Whether paths that differ in case only, such as <c>Makefile</c> and <c>makefile</c>, are an error. The default,
    /// <see langword="null"/>: if the file system of the folder treats them as one path. With <see langword="false"/> the later one
    /// replaces the earlier one on such a file system.</summary>
    public bool? RefuseCaseCollisions { get; init; }

    /// <summary>Whether a path that comes twice in one layer is an error, unless it is a directory. The default is
    /// <see langword="false"/>: the later entry replaces the earlier one, as tar has always done it.</summary>
    public bool RefuseDuplicates { get; init; }

    /// <summary>Which modification times the restored files get. The default is <see cref="TimePolicy.Keep"/>.</summary>
    public TimePolicy Times { get; init => field = Option.Defined(value); }

    /// <summary>Receives how far the restore is; <see langword="null"/> by default. <see cref="LayerApplier"/> knows no compressed layers,
    /// so it counts the bytes of tars, and no total.</summary>
    public IProgress<CacheProgress>? Progress { get; init; }

    /// <summary>How files are accessed, for tests.</summary>
    internal FolderAccess Access { get; init; }

    /// <summary>Directories of the cache itself, which are never removed.</summary>
    internal IReadOnlyList<string> OwnDirectories { get; init; } = [];

    /// <summary>Whether owners are restored, which usually needs root. The default is <see langword="false"/>: everything belongs to the
    /// caller.</summary>
    public bool KeepOwners { get; init; }

    /// <summary>Which extended attributes are restored. The default is none.</summary>
    public ExtendedAttributePolicy ExtendedAttributes { get; init => field = Option.Defined(value); }
}
