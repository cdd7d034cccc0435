using System.Collections.Immutable;
using RegistryCache.Core.Entries;

namespace RegistryCache;

/// <summary>The metadata of one entry of a layer.</summary>
public sealed record LayerEntry
{
    /// <summary>The time of entries without a time: 1980-02-01T00:00:00Z. Zip archives cannot express years before 1980, in the local time
    /// of their writer, and tools refuse older files.</summary>
    public static CacheTime FixedTime { get; } = CacheTime.FromUnix(318_211_200);

    /// <summary>The path, relative, with <c>/</c> between the parts and none at the end; empty for the root directory itself. Bytes of a
    /// name that are not UTF-8 are carried as lone surrogates U+DC80 to U+DCFF. For a whiteout: the path that is gone.</summary>
    public required string Path { get; init; }

    /// <summary>What the entry is. The default is a regular file.</summary>
    public LayerEntryKind Kind { get; init; }

    /// <summary>The permission bits with set-user-id, set-group-id and sticky. The default is rw-r--r--.</summary>
    public UnixFileMode Mode { get; init; } = FileModes.SharedFile;

    /// <summary>The owner's number. The default is 0.</summary>
    public long UserId { get; init; }

    /// <summary>The group's number. The default is 0.</summary>
    public long GroupId { get; init; }

    /// <summary>The time of the last change. The default is <see cref="FixedTime"/>.</summary>
    public CacheTime ModifiedAt { get; init; } = FixedTime;

    /// <summary>The length of a regular file in bytes, holes included; 0 for everything else.</summary>
    public long Size { get; init; }

    /// <summary>The text of a symbolic link or the path of a hard link's file; empty for everything else.</summary>
    public string LinkTarget { get; init; } = "";

    /// <summary>The major number of a device.</summary>
    public int DeviceMajor { get; init; }

    /// <summary>The minor number of a device.</summary>
    public int DeviceMinor { get; init; }

    /// <summary>Extended attributes by name, for example <c>user.origin</c>. In a tar: pax records <c>SCHILY.xattr.NAME</c>.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> ExtendedAttributes { get; init; } =
        ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty;

    /// <summary>Whether a tar says of this entry that its names are escaped, see <see cref="NameEscapes"/>.</summary>
    internal bool IsEscaped { get; init; }

    /// <summary>Whether a name that starts with <c>.wh.</c> is meant as it is: as a mark for readers of layers.</summary>
    internal bool IsMark { get; init; }
}
