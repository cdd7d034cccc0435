using System.Collections.Immutable;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using static RegistryCache.Core.Tar.TarFormat;

namespace RegistryCache.Core.Tar;

/// <summary>One header block and the extended headers before it. A field is read when it is asked for, so fields that nobody needs may be
/// malformed. Source: POSIX pax; GNU tar manual; Go archive/tar.</summary>
internal readonly ref struct TarHeader
{
    // Writers put zero, or the largest octal number, where the true size is in a pax record only.
    private const long LargestOctal = 0x1_ffff_ffff;

    private readonly ReadOnlySpan<byte> _block;
    private readonly TarExtensions _extensions;

    public TarHeader(ReadOnlySpan<byte> block, TarExtensions extensions)
    {
        _block = block;
        _extensions = extensions;
    }

    public byte Type => _block[TypeOffset];

    /// <summary>The path as the archive has it.</summary>
    public string Path => (SparseSize is null ? null : Records.FindText("GNU.sparse.name"))
        ?? Records.FindText("path") ?? _extensions.LongName ?? Name();

    public string LinkTarget => Records.FindText("linkpath") ?? _extensions.LongLink ?? Text(LinkOffset, NameLength);

    /// <summary>The whole mode field. Some writers put the kind of file into it too.</summary>
    public long Mode => Number(ModeOffset, 8, "mode");

    public long UserId => Owner("uid", UserOffset);

    public long GroupId => Owner("gid", GroupOffset);

    public string UserName => OwnerName("uname", UserNameOffset);

    public string GroupName => OwnerName("gname", GroupNameOffset);

    public FileTime ModifiedAt => Records.Find("mtime") is { } time ? PaxTime(time) : new FileTime(Number(TimeOffset, 12, "time"), 0);

    public long DeviceMajor => Number(MajorOffset, 8, "device number");

    public long DeviceMinor => Number(MinorOffset, 8, "device number");

    /// <summary>The size field of the block itself, which counts for extended headers.</summary>
    public long StatedSize => Number(SizeOffset, 12, "size");

    /// <summary>How many bytes follow the header, without padding.</summary>
    public long Size
    {
        get
        {
            // The type decides whether content follows, not the size: writers state what stat says of a link or directory. So does Go's
            // archive/tar. Only a file with a slash at its end is two things to two readers.
            if (Type is >= (byte)'1' and <= (byte)'6' || (Type == 0 && Path.EndsWith('/')))
                return 0;
            var size = StatedSize;
            if (Records.Find("size") is { } record)
            {
                var recorded = TarNumber.ParseDecimal(record, "size");
                if (size != recorded && size != 0 && size != LargestOctal && !_extensions.Accepts(TarTolerances.RecordedSizeWins))
                    throw LayerPaths.Invalid($"The size of an entry is {size} in its header and {recorded} in its pax record");
                size = recorded;
            }

            return size >= 0 ? size : throw LayerPaths.Invalid($"The size of an entry is {size}");
        }
    }

    /// <summary>What the header of an entry without content says about its size; 0 if that is nothing or nonsense.</summary>
    public long IgnoredSize
    {
        get
        {
            try
            {
                return Records.Find("size") is { } record ? TarNumber.ParseDecimal(record, "size") : StatedSize;
            }
            catch (LayerFormatException)
            {
                return 0;
            }
        }
    }

    /// <summary>Whether what follows is a sparse file in any form: a map, and the parts between the holes.</summary>
    public bool IsSparse => Type == 'S' || Records.HasSparse;

    /// <summary>Whether the map of a header of type S continues in the next block.</summary>
    public bool SparseMapContinues => _block[SparseIsExtendedOffset] != 0;

    /// <summary>The size with holes that the records state, if they describe a sparse file.</summary>
    public long? SparseSize
    {
        get
        {
            var isSparse = Records.Find("GNU.sparse.major") is not null || Records.Find("GNU.sparse.map") is not null
                || Records.SparsePairs.Count > 0;
            if (!isSparse)
                return null;
            return (Records.Find("GNU.sparse.realsize") ?? Records.Find("GNU.sparse.size")) is { } size
                ? TarNumber.ParseDecimal(size, "real size")
                : throw LayerPaths.Invalid("A sparse file does not state its real size");
        }
    }

    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Attributes
    {
        get
        {
            Dictionary<string, ReadOnlyMemory<byte>>? result = null;
            foreach (var (key, value) in Records.All)
            {
                if (key.StartsWith(AttributePrefix, StringComparison.Ordinal))
                    (result ??= new(StringComparer.Ordinal))[key[AttributePrefix.Length..]] = value;
            }

            return result is null ? ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty : result;
        }
    }

    private PaxRecords Records => _extensions.Records;

    public void VerifyChecksum(long position, (string Path, long Size)? before = null)
    {
        var field = _block.Slice(ChecksumOffset, 8);
        var sum = Sum(_block) - Sum(field) + (field.Length * ' ');
        var stated = Number(ChecksumOffset, 8, "checksum");

        // Old writers summed signed bytes.
        if (stated == sum || stated == sum - (256 * (Sum(_block, 7) - Sum(field, 7))))
            return;
        var why = before is var (path, size)
            ? $"; the entry before it, '{ErrorText.Quote(path)}', states {size} bytes, but only files have content in a layer"
            : "";
        throw LayerPaths.Invalid($"The header at offset {position} has a wrong checksum{why}");
    }

    public LayerEntry ToEntry()
    {
        var path = Path;
        var kind = KindOf(Type, path);
        var isDevice = kind is LayerEntryKind.CharacterDevice or LayerEntryKind.BlockDevice;
        return new LayerEntry
        {
            Path = path,
            Kind = kind,
            Mode = FileModes.Of(Mode),
            UserId = UserId,
            GroupId = GroupId,
            ModifiedAt = ModifiedAt.ToCacheTime(),
            Size = Size,
            LinkTarget = kind is LayerEntryKind.SymbolicLink or LayerEntryKind.HardLink ? LinkTarget : "",
            DeviceMajor = isDevice ? (int)(DeviceMajor & int.MaxValue) : 0,
            DeviceMinor = isDevice ? (int)(DeviceMinor & int.MaxValue) : 0,
            ExtendedAttributes = Attributes,
            IsEscaped = Records.Find(NameEscapes.Record).AsSpan().SequenceEqual(NameEscapes.RecordValue),
        };
    }

    private static LayerEntryKind KindOf(byte type, string path) => type switch
    {
        // Before ustar a directory was a file whose name ends in a slash.
        0 or (byte)'0' or (byte)'7' => path.EndsWith('/') ? LayerEntryKind.Directory : LayerEntryKind.File,
        (byte)'S' => LayerEntryKind.File,
        (byte)'1' => LayerEntryKind.HardLink,
        (byte)'2' => LayerEntryKind.SymbolicLink,
        (byte)'3' => LayerEntryKind.CharacterDevice,
        (byte)'4' => LayerEntryKind.BlockDevice,
        (byte)'5' => LayerEntryKind.Directory,
        (byte)'6' => LayerEntryKind.Fifo,
        _ => throw LayerPaths.Invalid($"'{ErrorText.Quote(path)}' has the type 0x{type:x2}, which is not allowed in a layer"),
    };

    private static int Sum(ReadOnlySpan<byte> bytes, int shift = 0)
    {
        var sum = 0;
        foreach (var b in bytes)
            sum += b >> shift;
        return sum;
    }

    private string Name()
    {
        var name = Text(0, NameLength);
        var prefix = _block.Slice(MagicOffset, 6).SequenceEqual("ustar\0"u8) ? Text(PrefixOffset, PrefixLength) : "";
        return prefix.Length == 0 ? name : prefix + "/" + name;
    }

    private string OwnerName(string key, int offset) => Records.FindText(key)
        ?? (_block[MagicOffset..].StartsWith("ustar"u8) ? Text(offset, OwnerNameLength) : "");

    private string Text(int offset, int length)
    {
        var field = _block.Slice(offset, length);
        var end = field.IndexOf((byte)0);
        return PathText.Decode(end < 0 ? field : field[..end]);
    }

    private long Number(int offset, int length, string what) =>
        TarNumber.Parse(_block.Slice(offset, length), what, _extensions.Accepts(TarTolerances.EndAtNul));

    private long Owner(string key, int offset)
    {
        if (Records.Find(key) is not { } record)
            return Number(offset, 8, key);
        return record[0] == '-' ? -TarNumber.ParseDecimal(record.AsSpan(1), key) : TarNumber.ParseDecimal(record, key);
    }

    private static FileTime PaxTime(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        if (negative)
            text = text[1..];
        var point = text.IndexOf((byte)'.');
        var seconds = TarNumber.ParseDecimal(point < 0 ? text : text[..point], "time");
        var nanoseconds = 0;
        var fraction = point < 0 ? [] : text[(point + 1)..];
        if (fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            throw LayerPaths.Invalid("The time in a pax record is not a number");
        for (var i = 0; i < 9; i++)
            nanoseconds = nanoseconds * 10 + (i < fraction.Length ? fraction[i] - '0' : 0);
        if (negative)
            (seconds, nanoseconds) = nanoseconds == 0 ? (-seconds, 0) : (-seconds - 1, 1_000_000_000 - nanoseconds);
        return new FileTime(seconds, nanoseconds);
    }
}
