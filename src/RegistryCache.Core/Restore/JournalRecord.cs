using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>One line of a <see cref="RestoreJournal"/>.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Area">The number of the staging directory.</param>
/// <param name="Layer">The path in the layers.</param>
/// <param name="Target">The path in the folder, without links on the way.</param>
/// <param name="Node">What is known about it; the name does not count.</param>
internal sealed record JournalRecord(JournalKind Kind, int Area, string Layer, string Target, FileNode Node)
{
    public long Offset { get; init; }

    public static FileNode Nothing { get; } = new() { Name = "", Kind = FileKind.Unknown };

    /// <summary>The name in <see cref="StagingNames.Old"/> of what was moved away for it.</summary>
    public string OldName => Offset.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether what is found now is what this record describes, as far as metadata shows.</summary>
    public bool IsStill(FileNode found) => found.Kind == Node.Kind && found.Kind switch
    {
        FileKind.Directory => IsSameInode(found),

        // Where .NET moves links, they are made again, with a time that is exact to 100 nanoseconds.
        FileKind.SymbolicLink => found.Size == Node.Size && InTicks(found.Modified) == InTicks(Node.Modified),
        _ => IsSameInode(found) && found.Size == Node.Size && found.Modified == Node.Modified,
    };

    private static (long Seconds, int Ticks) InTicks(FileTime time) => (time.Seconds, time.Nanoseconds / 100);

    private bool IsSameInode(FileNode found) => found.Inode == 0 || found.Inode == Node.Inode;
}
