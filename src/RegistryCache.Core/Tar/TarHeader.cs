using System.Collections.Immutable;
using RegistryCache.Core.Entries;
using static RegistryCache.Core.Tar.TarFormat;

namespace RegistryCache.Core.Tar;

/// <summary>One header block and the extended headers before it as an entry.</summary>
internal static class TarHeader
{
    // Writers put zero, or the largest octal number, where the true size is in a pax record only.
    private const long LargestOctal = 0x1_ffff_ffff;

    /// <param name="block">The header.</param>
    /// <param name="position">Its offset.</param>
    /// <param name="before">The entry before it, if its header states a size that was ignored.</param>
    public static void VerifyChecksum(ReadOnlySpan<byte> block, long position, (string Path, long Size)? before)
    {
        long unsigned = 0, signed = 0;
        for (var i = 0; i < BlockSize; i++)
        {
            var b = i is >= ChecksumOffset and < ChecksumOffset + 8 ? (byte)' ' : block[i];
            unsigned += b;
            signed += (sbyte)b;
        }

        var stated = TarNumber.Parse(block.Slice(ChecksumOffset, 8), "checksum");
        if (stated == unsigned || stated == signed)
            return;
        var why = before is var (path, size)
            ? $"; the entry before it, '{ErrorText.Quote(path)}', states {size} bytes, but only files have content in a layer"
            : "";
        throw LayerPaths.Invalid($"The header at offset {position} has a wrong checksum{why}");
    }

    public static LayerEntry Parse(ReadOnlySpan<byte> block, PaxRecords pax, string? longName, string? longLink)
    {
        var path = (SparseSize(pax) is null ? null : pax.FindText("GNU.sparse.name")) ?? pax.FindText("path") ?? longName ?? Name(block);
        var kind = KindOf(block[TypeOffset], path);
        var link = pax.FindText("linkpath") ?? longLink ?? Text(block.Slice(LinkOffset, NameLength));
        return new LayerEntry
        {
            Path = path,
            Kind = kind,
            Mode = FileModes.Of(TarNumber.Parse(block.Slice(ModeOffset, 8), "mode")),
            UserId = Number(pax, "uid", block.Slice(UserOffset, 8)),
            GroupId = Number(pax, "gid", block.Slice(GroupOffset, 8)),
            ModifiedAt = pax.Find("mtime") is { } time
                ? PaxTime(time)
                : new FileTime(TarNumber.Parse(block.Slice(TimeOffset, 12), "time"), 0).ToCacheTime(),
            Size = SizeOf(block, pax, kind),
            LinkTarget = kind is LayerEntryKind.SymbolicLink or LayerEntryKind.HardLink ? link : "",
            DeviceMajor = Device(block, kind, MajorOffset),
            DeviceMinor = Device(block, kind, MinorOffset),
            ExtendedAttributes = Attributes(pax),
            IsEscaped = pax.Find(NameEscapes.Record).AsSpan().SequenceEqual(NameEscapes.RecordValue),
        };
    }

    /// <summary>The size with holes that the records state, if they describe a sparse file.</summary>
    public static long? SparseSize(PaxRecords pax)
    {
        var size = pax.Find("GNU.sparse.realsize") ?? pax.Find("GNU.sparse.size");
        var isSparse = pax.Find("GNU.sparse.major") is not null || pax.Find("GNU.sparse.map") is not null || pax.SparsePairs.Count > 0;
        if (!isSparse)
            return null;
        return size is null
            ? throw LayerPaths.Invalid("A sparse file does not state its real size")
            : TarNumber.ParseDecimal(size, "real size");
    }

    /// <summary>What the header of an entry without content says about its size; 0 if that is nothing or nonsense.</summary>
    public static long IgnoredSize(ReadOnlySpan<byte> block, PaxRecords pax)
    {
        try
        {
            return pax.Find("size") is { } record
                ? TarNumber.ParseDecimal(record, "size")
                : TarNumber.Parse(block.Slice(SizeOffset, 12), "size");
        }
        catch (LayerFormatException)
        {
            return 0;
        }
    }

    private static long SizeOf(ReadOnlySpan<byte> block, PaxRecords pax, LayerEntryKind kind)
    {
        // The type decides whether content follows, not the size: writers state what stat says of a link or directory. So does Go's
        // archive/tar. Only a file with a slash at its end is two things to two readers.
        var isPlain = block[TypeOffset] is (byte)'0' or (byte)'7';
        if (kind != LayerEntryKind.File && !isPlain)
            return 0;
        var size = TarNumber.Parse(block.Slice(SizeOffset, 12), "size");
        if (pax.Find("size") is { } record)
        {
            var stated = TarNumber.ParseDecimal(record, "size");
            if (size != stated && size != 0 && size != LargestOctal)
                throw LayerPaths.Invalid($"The size of an entry is {size} in its header and {stated} in its pax record");
            size = stated;
        }

        return size >= 0 ? size : throw LayerPaths.Invalid($"The size of an entry is {size}");
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

    private static string Name(ReadOnlySpan<byte> block)
    {
        var name = Text(block[..NameLength]);
        if (!block.Slice(MagicOffset, 6).SequenceEqual("ustar\0"u8))
            return name;
        var prefix = Text(block.Slice(PrefixOffset, PrefixLength));
        return prefix.Length == 0 ? name : prefix + "/" + name;
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return PathText.Decode(end < 0 ? field : field[..end]);
    }

    private static long Number(PaxRecords pax, string key, ReadOnlySpan<byte> field)
    {
        if (pax.Find(key) is not { } record)
            return TarNumber.Parse(field, key);
        return record[0] == '-' ? -TarNumber.ParseDecimal(record.AsSpan(1), key) : TarNumber.ParseDecimal(record, key);
    }

    private static int Device(ReadOnlySpan<byte> block, LayerEntryKind kind, int offset) =>
        kind is LayerEntryKind.CharacterDevice or LayerEntryKind.BlockDevice
            ? (int)(TarNumber.Parse(block.Slice(offset, 8), "device number") & int.MaxValue)
            : 0;

    private static CacheTime PaxTime(ReadOnlySpan<byte> text)
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
        return new FileTime(seconds, nanoseconds).ToCacheTime();
    }

    private static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Attributes(PaxRecords pax)
    {
        Dictionary<string, ReadOnlyMemory<byte>>? result = null;
        foreach (var (key, value) in pax.All)
        {
            if (key.StartsWith(AttributePrefix, StringComparison.Ordinal))
                (result ??= new(StringComparer.Ordinal))[key[AttributePrefix.Length..]] = value;
        }

        return result is null ? ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty : result;
    }
}
