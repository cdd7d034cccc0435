using System.Globalization;
using System.Text;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using static RegistryCache.Core.Tar.TarFormat;

namespace RegistryCache.Core.Tar;

/// <summary>The one header that this library writes for an entry: ustar, with pax records in byte order before it for exactly those fields
/// that ustar cannot hold. Equal entries give equal bytes on every system.</summary>
internal static class TarHeaderWriter
{
    private const long MaxOctal8 = 0x1fffff;
    private const long MaxOctal12 = 0x1_ffff_ffff;

    /// <summary>The length of the header in bytes.</summary>
    public static int LengthOf(LayerEntry entry) => IsOneBlock(entry) ? BlockSize : Write(entry).Length;

    /// <summary>Writes a header into a zeroed block; <see langword="false"/> if it may need more than one.</summary>
    public static bool TryWriteBlock(LayerEntry entry, Span<byte> block)
    {
        if (!IsOneBlock(entry))
            return false;
        Span<byte> path = stackalloc byte[NameLength];
        Span<byte> link = stackalloc byte[NameLength];
        path = path[..Encoding.ASCII.GetBytes(TarPath(entry), path)];
        link = link[..Encoding.ASCII.GetBytes(entry.LinkTarget, link)];
        WriteBlock(block, path, [], TypeOf(entry.Kind), entry, link);
        return true;
    }

    /// <summary>The header: one block, or more when pax records are needed.</summary>
    public static byte[] Write(LayerEntry entry)
    {
        var block = new byte[BlockSize];
        if (TryWriteBlock(entry, block))
            return block;
        var records = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        if (NameEscapes.IsNeeded(entry))
        {
            entry = NameEscapes.Escape(entry);
            records[NameEscapes.Record] = NameEscapes.RecordValue;
        }

        var path = PathText.Encode(TarPath(entry));
        var link = PathText.Encode(entry.LinkTarget);

        if (!TrySplit(path, out var prefixLength))
            records["path"] = path;
        if (link.Length > NameLength || !Ascii.IsValid(link))
            records["linkpath"] = link;
        AddNumber(records, "size", entry.Size, MaxOctal12);
        AddNumber(records, "uid", entry.UserId, MaxOctal8);
        AddNumber(records, "gid", entry.GroupId, MaxOctal8);
        AddTime(records, entry.ModifiedAt);
        foreach (var (name, value) in entry.ExtendedAttributes)
        {
            if (name.Contains('='))
                throw new LayerFormatException(
                    RegistryCacheErrorCode.UnsupportedFile,
                    $"The extended attribute '{ErrorText.Quote(name)}' of '{ErrorText.Quote(entry.Path)}' has a '=' in its name. "
                    + "A pax record cannot store such a name.");
            records[AttributePrefix + name] = value.ToArray();
        }

        var pax = records.Count == 0 ? [] : PaxRecords(records);
        var paxBlocks = pax.Length == 0 ? 0 : BlockSize + pax.Length + Padding(pax.Length);
        var result = new byte[paxBlocks + BlockSize];
        if (pax.Length > 0)
        {
            var entryOfPax = new LayerEntry { Path = "", Size = pax.Length, ModifiedAt = CacheTime.FromUnix(0) };
            WriteBlock(result, "././@PaxHeader"u8, [], (byte)'x', entryOfPax, []);
            pax.CopyTo(result, BlockSize);
        }

        if (records.ContainsKey("path"))
            (path, prefixLength) = (Abbreviated(path), 0);
        if (records.ContainsKey("linkpath"))
            link = Abbreviated(link);
        var name1 = prefixLength > 0 ? path.AsSpan(prefixLength + 1) : path;
        WriteBlock(result.AsSpan(paxBlocks), name1, path.AsSpan(0, prefixLength), TypeOf(entry.Kind), entry, link);
        return result;
    }

    // Of what has one block, this sees nearly all, and is fast.
    private static bool IsOneBlock(LayerEntry entry) =>
        entry.Path.Length < NameLength && Ascii.IsValid(entry.Path)
        && entry.LinkTarget.Length <= NameLength && Ascii.IsValid(entry.LinkTarget)
        && entry.Kind is not (LayerEntryKind.Whiteout or LayerEntryKind.OpaqueDirectory)
        && entry.Size is >= 0 and <= MaxOctal12 && entry.UserId is >= 0 and <= MaxOctal8 && entry.GroupId is >= 0 and <= MaxOctal8
        && entry.ModifiedAt is { Nanosecond: 0, UnixSeconds: >= 0 and <= MaxOctal12 }
        && entry.ExtendedAttributes.Count == 0 && !NameEscapes.IsNeeded(entry);

    private static string TarPath(LayerEntry entry) => entry.Kind switch
    {
        LayerEntryKind.Directory => entry.Path.Length == 0 ? "./" : entry.Path + "/",
        LayerEntryKind.Whiteout => LayerPaths.WhiteoutOf(entry.Path),
        LayerEntryKind.OpaqueDirectory => LayerPaths.OpaqueMarkerOf(entry.Path),
        _ => entry.Path,
    };

    private static byte TypeOf(LayerEntryKind kind) => kind switch
    {
        LayerEntryKind.HardLink => (byte)'1',
        LayerEntryKind.SymbolicLink => (byte)'2',
        LayerEntryKind.CharacterDevice => (byte)'3',
        LayerEntryKind.BlockDevice => (byte)'4',
        LayerEntryKind.Directory => (byte)'5',
        LayerEntryKind.Fifo => (byte)'6',
        _ => (byte)'0',
    };

    // The prefix takes as much as it can, so that there is only one way to split a name.
    private static bool TrySplit(ReadOnlySpan<byte> path, out int prefixLength)
    {
        prefixLength = 0;
        if (!Ascii.IsValid(path))
            return false;
        if (path.Length <= NameLength)
            return true;
        var slash = path[..Math.Min(path.Length - 1, PrefixLength + 1)].LastIndexOf((byte)'/');
        if (slash <= 0 || path.Length - slash - 1 > NameLength)
            return false;
        prefixLength = slash;
        return true;
    }

    private static byte[] Abbreviated(ReadOnlySpan<byte> path)
    {
        var result = path[..Math.Min(path.Length, NameLength)].ToArray();
        for (var i = 0; i < result.Length; i++)
        {
            if (result[i] >= 0x80)
                result[i] = (byte)'?';
        }

        return result;
    }

    private static void AddNumber(SortedDictionary<string, byte[]> records, string name, long value, long max)
    {
        if (value < 0 || value > max)
            records[name] = Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));
    }

    private static void AddTime(SortedDictionary<string, byte[]> records, CacheTime time)
    {
        if (time.Nanosecond == 0 && time.UnixSeconds is >= 0 and <= MaxOctal12)
            return;

        // Decimal seconds: before 1970 the fraction counts towards zero, -1.25 being 750 ms after -2.
        var (seconds, nanoseconds) = (time.UnixSeconds, time.Nanosecond);
        var sign = "";
        if (seconds < 0)
        {
            sign = "-";
            (seconds, nanoseconds) = nanoseconds == 0 ? (-seconds, 0) : (-seconds - 1, 1_000_000_000 - nanoseconds);
        }

        var fraction = nanoseconds == 0 ? "" : "." + nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        records["mtime"] = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{sign}{seconds}{fraction}"));
    }

    private static byte[] PaxRecords(SortedDictionary<string, byte[]> records)
    {
        using var result = new MemoryStream();
        foreach (var (name, value) in records)
        {
            var key = PathText.Encode(name);

            // The length counts its own digits: "LENGTH KEY=VALUE\n".
            var rest = key.Length + value.Length + 3;
            var length = rest + 1;
            while (length != rest + length.ToString(CultureInfo.InvariantCulture).Length)
                length = rest + length.ToString(CultureInfo.InvariantCulture).Length;
            result.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{length} ")));
            result.Write(key);
            result.WriteByte((byte)'=');
            result.Write(value);
            result.WriteByte((byte)'\n');
        }

        return result.ToArray();
    }

    private static void WriteBlock(
        Span<byte> block, ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix, byte type, LayerEntry entry, ReadOnlySpan<byte> link)
    {
        name.CopyTo(block);
        prefix.CopyTo(block[PrefixOffset..]);
        Octal(block.Slice(ModeOffset, 8), (long)FileModes.Of((long)entry.Mode));
        Octal(block.Slice(UserOffset, 8), Fitting(entry.UserId, MaxOctal8));
        Octal(block.Slice(GroupOffset, 8), Fitting(entry.GroupId, MaxOctal8));
        Octal(block.Slice(SizeOffset, 12), Fitting(entry.Size, MaxOctal12));
        Octal(block.Slice(TimeOffset, 12), Fitting(entry.ModifiedAt.UnixSeconds, MaxOctal12));
        block[TypeOffset] = type;
        link.CopyTo(block[LinkOffset..]);
        "ustar\0"u8.CopyTo(block[MagicOffset..]);
        "00"u8.CopyTo(block[(MagicOffset + 6)..]);
        Octal(block.Slice(MajorOffset, 8), entry.DeviceMajor);
        Octal(block.Slice(MinorOffset, 8), entry.DeviceMinor);

        block.Slice(ChecksumOffset, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var b in block[..BlockSize])
            sum += b;
        Octal(block.Slice(ChecksumOffset, 7), sum);
    }

    private static long Fitting(long value, long max) => value >= 0 && value <= max ? value : 0;

    private static void Octal(Span<byte> field, long value)
    {
        field[^1] = 0;
        for (var i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }
}
