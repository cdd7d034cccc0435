using RegistryCache.Core.Errors;

namespace RegistryCache.Core.FileSystem;

/// <summary>Which file systems show each change of a file in its time of change, to every process that asks at once. A server can keep
/// other time, and its clients remember for a while what it said. So only those are trusted that the system keeps itself.</summary>
internal static class FileSystems
{
    private static readonly HashSet<string> Local = new(StringComparer.OrdinalIgnoreCase)
    {
        "ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "bcachefs", "zfs", "tmpfs", "overlay", "overlayfs", "apfs",
    };

    /// <summary>Whether the file system at a path is one of them.</summary>
    public static bool ShowChanges(string path)
    {
        try
        {
            return Local.Contains(new DriveInfo(path).DriveFormat);
        }
        catch (Exception e) when (StorageError.Is(e) || e is ArgumentException)
        {
            return false;
        }
    }
}
