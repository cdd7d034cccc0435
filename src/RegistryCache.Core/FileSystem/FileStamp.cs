using RegistryCache.Core.Entries;

namespace RegistryCache.Core.FileSystem;

/// <summary>What the system says about a file without reading it. A file with the same stamp as before has the same content and metadata,
/// as long as it <see cref="ShowsChangesFrom"/> the time of the stamp on.</summary>
internal readonly record struct FileStamp(long Size, FileTime Modified, FileTime Changed, ulong Inode, ulong Device)
{
    public static FileStamp Of(FileNode node) => new(node.Size, node.Modified, node.Changed, node.Inode, node.Device);

    /// <summary>Whether every change from this time on gives another stamp. If the last change was at this time or later, the clock of the
    /// file system may not have moved on before the next one. Without an inode or a time of change, nobody can tell.</summary>
    public bool ShowsChangesFrom(FileTime time) => Inode != 0 && Changed != default && Changed.CompareTo(time) < 0;
}
