using System.Globalization;
using RegistryCache.Core.Content;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Tar;

namespace RegistryCache.Compression.EStargz;

/// <summary>Makes entries of the table of contents from tar headers, as stargz-snapshotter estargz/estargz.go (appendTar) does.</summary>
internal sealed class TocEntryReader
{
    private static readonly string EmptyDigest = DigestHasher.Of(DigestAlgorithm.Sha256, []).ToString();

    private readonly Dictionary<long, string> _userNames = [];
    private readonly Dictionary<long, string> _groupNames = [];

    /// <summary>The entry of a header.</summary>
    /// <returns><see langword="null"/> when a table of contents cannot list it.</returns>
    public TocEntry? Read(TarHeader header)
    {
        var name = header.Path;
        if (CleanName(name) == EStargzFormat.TocName)
            throw Unsuitable($"a file named {EStargzFormat.TocName}, which estargz uses itself");

        // A sparse file is stored as a map and the parts between its holes. Chunks cannot express either, so the file is not listed: it
        // is there when the layer is unpacked, but not when single files are read.
        if (header.IsSparse)
            return null;

        var type = TypeName(header.Type, name);
        var size = header.Size;
        var isLink = type is "symlink" or "hardlink";
        var isDevice = type is "char" or "block";
        return new TocEntry
        {
            Name = name,
            Type = type,
            Size = size,
            ModificationTime = Time(header.ModifiedAt),
            LinkName = isLink ? header.LinkTarget : "",
            Mode = header.Mode,
            UserId = header.UserId,
            GroupId = header.GroupId,
            UserName = NewName(_userNames, header.UserId, header.UserName),
            GroupName = NewName(_groupNames, header.GroupId, header.GroupName),
            DeviceMajor = isDevice ? header.DeviceMajor : 0,
            DeviceMinor = isDevice ? header.DeviceMinor : 0,
            Xattrs = header.Attributes,
            Digest = type == EStargzFormat.RegularType && size == 0 ? EmptyDigest : "",
        };
    }

    /// <summary>A path as it is looked up: relative, without <c>.</c>, <c>..</c> and empty parts.</summary>
    public static string CleanName(string name)
    {
        var parts = new List<string>();
        foreach (var part in name.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else if (part is not ("" or "." or ".."))
                parts.Add(part);
        }

        return string.Join('/', parts);
    }

    private static string TypeName(byte type, string name) => (char)type switch
    {
        '0' => EStargzFormat.RegularType,

        // Before ustar a directory was a file whose name ends with a slash.
        '\0' => name.EndsWith('/') ? "dir" : EStargzFormat.RegularType,
        '1' => "hardlink",
        '2' => "symlink",
        '3' => "char",
        '4' => "block",
        '5' => "dir",
        '6' => "fifo",
        _ => throw Unsuitable($"an entry of tar type 0x{type:x2}"),
    };

    private static LayerFormatException Unsuitable(string content) => new(
        RegistryCacheErrorCode.InvalidTar,
        $"The layer contains {content}, so it cannot be stored as estargz. Choose another compression for it.");

    private static string NewName(Dictionary<long, string> last, long id, string name)
    {
        if (name.Length == 0 || (last.TryGetValue(id, out var known) && known == name))
            return "";
        last[id] = name;
        return name;
    }

    private static string Time(FileTime time)
    {
        const long firstYear = -62135596800;
        const long lastYear = 253402300799;

        // The stargz library rounds to whole seconds.
        var seconds = time.Nanoseconds >= 500_000_000 && time.Seconds < long.MaxValue ? time.Seconds + 1 : time.Seconds;
        return seconds is 0 or <= firstYear or > lastYear
            ? ""
            : DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
