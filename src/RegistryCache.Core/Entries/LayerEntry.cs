using System.Collections.Immutable;
using System.Globalization;
using RegistryCache.Core.Entries;

namespace RegistryCache;

/// <summary>The metadata of one entry of a layer.</summary>
public sealed record LayerEntry
{
    /// <summary>The time of entries that keep no time of their own: 1980-02-01T00:00:00Z. A zip archive cannot hold a local time before
    /// 1980, and tools that write one refuse older files.</summary>
    public static CacheTime FixedTime { get; } = CacheTime.FromUnix(318_211_200);

    /// <summary>The relative path, with <c>/</c> between its parts and none at the end; empty for the root directory. Bytes of a name that
    /// are not UTF-8 become lone surrogates U+DC80 to U+DCFF. For a whiteout: the path that it deletes.</summary>
    public required string Path { get; init; }

    /// <summary>What the entry is. The default is a regular file.</summary>
    public LayerEntryKind Kind { get; init; }

    /// <summary>The permission bits with set-user-id, set-group-id and sticky. The default is rw-r--r--.</summary>
    public UnixFileMode Mode { get; init; } = FileModes.SharedFile;

    /// <summary>The owner's number. The default is 0.</summary>
    public long UserId { get; init; }

    /// <summary>The group's number. The default is 0.</summary>
    public long GroupId { get; init; }

    /// <summary>The modification time. The default is <see cref="FixedTime"/>.</summary>
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

    /// <summary>Whether the tar says that the names of this entry are escaped, see <see cref="NameEscapes"/>.</summary>
    internal bool IsEscaped { get; init; }

    /// <summary>Whether a name that starts with <c>.wh.</c> is a mark for readers of layers, so that it is not escaped.</summary>
    internal bool IsMark { get; init; }

    /// <summary>Kind, path, and what a file or a link has, on one line.</summary>
    public override string ToString() => Kind switch
    {
        LayerEntryKind.File => string.Create(CultureInfo.InvariantCulture, $"{Kind} {ErrorText.Quote(Path)}, {Size} bytes"),
        LayerEntryKind.SymbolicLink or LayerEntryKind.HardLink => $"{Kind} {ErrorText.Quote(Path)} -> {ErrorText.Quote(LinkTarget)}",
        _ => $"{Kind} {ErrorText.Quote(Path)}",
    };
}
