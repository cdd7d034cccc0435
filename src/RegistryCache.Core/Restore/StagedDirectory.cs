using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>What a directory of the layers is to be like.</summary>
/// <param name="Metadata">Its metadata. While the restore works in it, its owner may do everything.</param>
/// <param name="IsImplied">Whether only its content says that there is one; then a directory that exists keeps its metadata.</param>
internal sealed record StagedDirectory(NodeMetadata Metadata, bool IsImplied)
{
    /// <summary>The metadata with which a restore can still work in it.</summary>
    public NodeMetadata Open => Metadata with { Mode = Metadata.Mode | FileModes.PrivateDirectory };

    public bool IsLocked => IsLocking(Metadata.Mode ?? FileModes.PrivateDirectory);

    /// <summary>Whether a directory of this mode keeps even its owner out.</summary>
    public static bool IsLocking(UnixFileMode mode) => !mode.HasFlag(FileModes.PrivateDirectory);
}
