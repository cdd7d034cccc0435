using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache;

/// <summary>How layers are restored into a folder. The defaults are safe for layers from unknown authors.</summary>
public sealed record RestoreOptions
{
    /// <summary>What happens to the existing content of the folder. The default is <see cref="ExistingContent.Keep"/>.</summary>
    public ExistingContent Existing { get; init => field = Option.Defined(value); }

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

    /// <summary>What happens to devices. The default is <see cref="SpecialFilePolicy.Refuse"/>. Fifos are created where the system
    /// can.</summary>
    public SpecialFilePolicy Devices { get; init => field = Option.Defined(value); }

    /// <summary>What happens to set-id bits. The default is <see cref="SetIdPolicy.Strip"/>.</summary>
    public SetIdPolicy SetIdBits { get; init => field = Option.Defined(value); }

    /// <summary>What happens to paths that differ in case only. The default is <see cref="CaseCollisionPolicy.Detect"/>.</summary>
    public CaseCollisionPolicy CaseCollisions { get; init => field = Option.Defined(value); }

    /// <summary>What happens to a path that comes twice in one layer. The default is <see cref="DuplicateEntryPolicy.LastWins"/>.</summary>
    public DuplicateEntryPolicy Duplicates { get; init => field = Option.Defined(value); }

    /// <summary>Which times of change the restored files get. The default is <see cref="TimePolicy.Keep"/>.</summary>
    public TimePolicy Times { get; init => field = Option.Defined(value); }

    /// <summary>How files are accessed, for tests.</summary>
    internal FolderAccess Access { get; init; }

    /// <summary>Whether owners are restored, which usually needs root. The default is <see langword="false"/>: everything belongs to the
    /// caller.</summary>
    public bool KeepOwners { get; init; }

    /// <summary>Which extended attributes are restored. The default is none.</summary>
    public ExtendedAttributePolicy ExtendedAttributes { get; init => field = Option.Defined(value); }
}
