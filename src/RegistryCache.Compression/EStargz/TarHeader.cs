using System.Text;

namespace RegistryCache.Compression.EStargz;

/// <summary>One 512-byte tar header as it stands, without the extended headers before it. Source: POSIX ustar; GNU tar, «Basic Tar Format»; Go archive/tar for what readers tolerate.</summary>
internal readonly struct TarHeader
{
    public const int BlockLength = 512;

    public required byte Type { get; init; }

    public required string Name { get; init; }

    public required string LinkName { get; init; }

    public required long Size { get; init; }

    public required long Mode { get; init; }

    public required long UserId { get; init; }

    public required long GroupId { get; init; }

    public required long ModificationTime { get; init; }

    public required string UserName { get; init; }

    public required string GroupName { get; init; }

    public required long DeviceMajor { get; init; }

    public required long DeviceMinor { get; init; }

    /// <summary>Whether the old GNU sparse map of a header of type <c>S</c> goes on in blocks behind the header.</summary>
    public required bool SparseMapContinues { get; init; }

    public static bool IsZero(ReadOnlySpan<byte> block) => block.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>The header in a block.</summary>
    /// <param name="block">512 bytes that are not all zero.</param>
    /// <param name="offset">Where the block stands in the tar, for errors.</param>
    /// <exception cref="LayerFormatException">The checksum is wrong or a number is malformed.</exception>
    public static TarHeader Parse(ReadOnlySpan<byte> block, long offset)
    {
        CheckSum(block, offset);
        var isUstar = block.Slice(257, 8).SequenceEqual("ustar\000"u8);
        var isGnu = block.Slice(257, 8).SequenceEqual("ustar  \0"u8);
        var name = Text(block[..100]);
        var prefix = isUstar ? Text(block.Slice(345, 155)) : "";
        return new TarHeader
        {
            Type = block[156],
            Name = prefix.Length > 0 ? prefix + "/" + name : name,
            LinkName = Text(block.Slice(157, 100)),
            Size = TarNumber.Parse(block.Slice(124, 12), offset),
            Mode = TarNumber.Parse(block.Slice(100, 8), offset),
            UserId = TarNumber.Parse(block.Slice(108, 8), offset),
            GroupId = TarNumber.Parse(block.Slice(116, 8), offset),
            ModificationTime = TarNumber.Parse(block.Slice(136, 12), offset),
            UserName = isUstar || isGnu ? Text(block.Slice(265, 32)) : "",
            GroupName = isUstar || isGnu ? Text(block.Slice(297, 32)) : "",
            DeviceMajor = isUstar || isGnu ? TarNumber.Parse(block.Slice(329, 8), offset) : 0,
            DeviceMinor = isUstar || isGnu ? TarNumber.Parse(block.Slice(337, 8), offset) : 0,
            SparseMapContinues = block[482] != 0,
        };
    }

    public static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    private static void CheckSum(ReadOnlySpan<byte> block, long offset)
    {
        // Old writers summed signed bytes; readers accept both.
        long unsigned = 0, signed = 0;
        for (var i = 0; i < BlockLength; i++)
        {
            var value = i is >= 148 and < 156 ? (byte)' ' : block[i];
            unsigned += value;
            signed += (sbyte)value;
        }

        var stated = TarNumber.Parse(block.Slice(148, 8), offset);
        if (stated != unsigned && stated != signed)
            throw InvalidTar(offset, "the checksum of the header is wrong");
    }

    public static LayerFormatException InvalidTar(long offset, string what) =>
        new(RegistryCacheErrorCode.InvalidTar, $"The tar is malformed at byte {offset}: {what}. estargz can hold only a well-formed tar.");
}
