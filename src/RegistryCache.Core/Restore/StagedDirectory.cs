using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>The metadata that a directory of the layers will get.</summary>
/// <param name="Metadata">Its metadata. During the restore, its owner has all rights.</param>
/// <param name="IsImplied">Whether the layers have no entry for it. An existing directory then keeps its metadata.</param>
internal sealed record StagedDirectory(NodeMetadata Metadata, bool IsImplied)
{
    /// <summary>The metadata with which a restore can still work in it.</summary>
    public NodeMetadata Open => Metadata with { Mode = Metadata.Mode | FileModes.PrivateDirectory };

    public bool IsLocked => IsLocking(Metadata.Mode ?? FileModes.PrivateDirectory);

    /// <summary>Whether a directory of this mode denies access even to its owner.</summary>
    public static bool IsLocking(UnixFileMode mode) => !mode.HasFlag(FileModes.PrivateDirectory);
}
