using Microsoft.Win32.SafeHandles;
using RegistryCache.Core.Entries;

namespace RegistryCache.Core.FileSystem;

/// <summary>What a directory says about one of its names, links not followed.</summary>
internal sealed record FileNode
{
    public required string Name { get; init; }

    public required FileKind Kind { get; init; }

    /// <summary>The twelve permission bits.</summary>
    public UnixFileMode Mode { get; init; }

    public uint UserId { get; init; }

    public uint GroupId { get; init; }

    public long Size { get; init; }

    public FileTime Modified { get; init; }

    /// <summary>The time of the last change of content or metadata; zero where the system has none.</summary>
    public FileTime Changed { get; init; }

    /// <summary>The last change of any kind, as far as the system reports it.</summary>
    public FileTime LastChange => Changed == default ? Modified : Changed;

    /// <summary>0 where the system has none.</summary>
    public ulong Inode { get; init; }

    public ulong Device { get; init; }

    /// <summary>Which mount it was reached through; 0 where the system does not say.</summary>
    public ulong Mount { get; init; }

    public uint LinkCount { get; init; } = 1;

    public int NodeMajor { get; init; }

    public int NodeMinor { get; init; }

    /// <summary>Whether the system reports which file this is, and a time of change that no program can set.</summary>
    public bool HasIdentity => Inode != 0 && Changed != default;

    /// <summary>What is at a path, links not followed, or <see langword="null"/>. Nothing is opened, so a pipe cannot block it.</summary>
    /// <exception cref="IOException">The system refused to tell.</exception>
    public static FileNode? At(string path) => UnixStat.IsSupported ? UnixStat.Of(path, "") : ManagedFolder.NodeAt(path, "");

    /// <summary>An open file, or <see langword="null"/> where the system does not tell.</summary>
    public static FileNode? Of(SafeFileHandle file) => UnixStat.IsSupported ? UnixStat.Of(file, "") : null;

    /// <summary>Whether the same file may have another name too.</summary>
    public bool CanHaveOtherNames => LinkCount > 1 && Kind is not FileKind.Directory && Inode != 0;

    public bool IsSameFileAs(FileNode other) => Inode == other.Inode && Device == other.Device;

    /// <summary>Whether the two were the same file with the same content, as far as metadata tells.</summary>
    public bool SameContentAs(FileNode other) =>
        Kind == other.Kind && Size == other.Size && Modified == other.Modified && Changed == other.Changed
        && IsSameFileAs(other);
}
