using System.Globalization;

namespace RegistryCache.Compression.EStargz;

/// <summary>Turns tar headers into entries of the table of contents, as stargz-snapshotter estargz/estargz.go (appendTar) does.</summary>
internal sealed class TarEntryReader
{
    public const byte GnuSparse = (byte)'S';

    /// <summary>Where a continued sparse map says whether it continues again.</summary>
    public const int SparseContinuesAt = 504;

    private const byte Pax = (byte)'x';
    private const byte PaxGlobal = (byte)'g';
    private const byte GnuLongName = (byte)'L';
    private const byte GnuLongLink = (byte)'K';

    /// <summary>As in Go's archive/tar.</summary>
    private const int MaxExtensionLength = 1024 * 1024;

    private static readonly string EmptyDigest = Digest.OfBytes([]).ToString();

    private readonly Dictionary<long, string> _userNames = [];
    private readonly Dictionary<long, string> _groupNames = [];
    private TarExtensions _extensions = new();
    private bool _isExtended;

    public static bool IsExtension(in TarHeader header) => header.Type is Pax or PaxGlobal or GnuLongName or GnuLongLink;

    public static int ExtensionLength(in TarHeader header, long offset)
    {
        if (header.Size is < 0 or > MaxExtensionLength)
            throw TarHeader.InvalidTar(offset, "an extended header is longer than 1 MiB");
        return (int)header.Size;
    }

    /// <summary>Demands that an entry followed each extended header: what comes next would be taken for it.</summary>
    public void CheckEnd(long offset)
    {
        if (_isExtended)
            throw TarHeader.InvalidTar(offset, "it ends after an extended header, before the entry that it describes");
    }

    public void AddExtension(in TarHeader header, ReadOnlySpan<byte> content, long offset)
    {
        _isExtended |= header.Type != PaxGlobal;
        switch (header.Type)
        {
            case Pax:
                _extensions.AddPax(content, offset);
                break;
            case GnuLongName:
                _extensions.SetGnuName(content);
                break;
            case GnuLongLink:
                _extensions.SetGnuLinkName(content);
                break;
            default:
                // Global headers, comments of version control mostly, say nothing that a table of contents holds.
                break;
        }
    }

    /// <summary>The entry of a header and the extended headers before it.</summary>
    /// <returns>The entry, or <see langword="null"/> when the table of contents cannot hold it, and how many bytes of data follow.</returns>
    public (TocEntry? Entry, long Stored) Finish(in TarHeader header, long offset)
    {
        var extensions = _extensions;
        _extensions = new TarExtensions();
        _isExtended = false;
        var name = extensions.Name ?? header.Name;

        // The type decides whether content follows, not the size, as in Go's archive/tar: writers state what stat says of a link.
        var size = HasContent(header.Type, name) ? extensions.Size ?? header.Size : 0;
        if (size < 0 || size > long.MaxValue - (2 * TarHeader.BlockLength))
            throw TarHeader.InvalidTar(offset, "an entry has an impossible size");
        if (CleanName(name) == EStargzFormat.TocName)
        {
            throw new LayerFormatException(
                RegistryCacheErrorCode.InvalidTar,
                $"The layer contains a file named {EStargzFormat.TocName}, which is estargz's own, so it cannot be stored as estargz. Choose another compression for it.");
        }

        // The payload of a sparse file is a map and the parts between its holes. Chunks can name neither, so the entry is passed through
        // without being listed: whoever unpacks the layer gets it, whoever reads single files does not.
        if (header.Type == GnuSparse || extensions.IsSparse)
            return (null, size);

        var type = TypeName(header.Type, name);
        var isRegular = type == EStargzFormat.RegularType;
        var (userId, groupId) = (extensions.UserId ?? header.UserId, extensions.GroupId ?? header.GroupId);
        var isLink = type is "symlink" or "hardlink";
        var isDevice = type is "char" or "block";
        var entry = new TocEntry
        {
            Name = name,
            Type = type,
            Size = isRegular ? size : 0,
            ModificationTime = Time(extensions.ModificationTime ?? header.ModificationTime),
            LinkName = isLink ? extensions.LinkName ?? header.LinkName : "",
            Mode = header.Mode,
            UserId = userId,
            GroupId = groupId,
            UserName = NewName(_userNames, userId, extensions.UserName ?? header.UserName),
            GroupName = NewName(_groupNames, groupId, extensions.GroupName ?? header.GroupName),
            DeviceMajor = isDevice ? header.DeviceMajor : 0,
            DeviceMinor = isDevice ? header.DeviceMinor : 0,
            Xattrs = extensions.Xattrs,
            Digest = isRegular && size == 0 ? EmptyDigest : "",
        };
        return (entry, isRegular ? size : 0);
    }

    private static bool HasContent(byte type, string name) => type is not (>= (byte)'1' and <= (byte)'6') && (type != 0 || !name.EndsWith('/'));

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
        _ => throw new LayerFormatException(
            RegistryCacheErrorCode.InvalidTar,
            string.Create(CultureInfo.InvariantCulture, $"The layer contains an entry of tar type 0x{type:x2}, which estargz cannot hold. Choose another compression for it.")),
    };

    private static string NewName(Dictionary<long, string> last, long id, string name)
    {
        if (name.Length == 0 || (last.TryGetValue(id, out var known) && known == name))
            return "";
        last[id] = name;
        return name;
    }

    private static string Time(long seconds)
    {
        const long firstYear = -62135596800;
        const long lastYear = 253402300799;
        return seconds is 0 or <= firstYear or > lastYear
            ? ""
            : DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
