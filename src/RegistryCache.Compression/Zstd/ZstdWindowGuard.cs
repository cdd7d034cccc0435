using System.Buffers.Binary;
using RegistryCache.Core.Streams;

namespace RegistryCache.Compression.Zstd;

/// <summary>Passes a zstd blob through and reads the header of every frame. A window above the limit is refused, with its size, before the
/// decoder allocates it. Invalid frames are reported by the decoder. Source: RFC 8878, section 3.1.1.</summary>
internal sealed class ZstdWindowGuard(Stream blob, long maxWindow) : OwningReadStream(blob)
{
    private const int LongestHeader = 18;

    private readonly byte[] _header = new byte[LongestHeader];
    private int _have;
    private long _skip;
    private Part _part = Part.FrameHeader;
    private bool _hasChecksum;

    private enum Part
    {
        FrameHeader,
        BlockHeader,
        Unknown,
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Look(buffer.Span[..read]);
        return read;
    }

    private void Look(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && _part != Part.Unknown)
        {
            if (_skip > 0)
            {
                var count = (int)Math.Min(_skip, bytes.Length);
                _skip -= count;
                bytes = bytes[count..];
                continue;
            }

            _header[_have++] = bytes[0];
            bytes = bytes[1..];
            if (_part == Part.BlockHeader)
                LookAtBlock();
            else
                LookAtFrame();
        }
    }

    private void LookAtBlock()
    {
        if (_have < 3)
            return;
        var header = _header[0] | (_header[1] << 8) | (_header[2] << 16);
        _have = 0;

        // A block of one repeated byte stores one byte, whatever its length.
        _skip = ((header >> 1) & 3) == 1 ? 1 : header >> 3;
        if ((header & 1) == 0)
            return;
        _skip += _hasChecksum ? 4 : 0;
        _part = Part.FrameHeader;
    }

    private void LookAtFrame()
    {
        if (_have < 5)
            return;
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(_header);
        if ((magic & ~0xfu) == ZstdFormat.SkippableMagic)
        {
            if (_have == 8)
                (_skip, _have) = (BinaryPrimitives.ReadUInt32LittleEndian(_header.AsSpan(4)), 0);
            return;
        }

        if (magic != ZstdFormat.FrameMagic)
        {
            _part = Part.Unknown;
            return;
        }

        var flags = _header[4];
        var isSingleSegment = (flags & 0x20) != 0;
        var dictionaryLength = (flags & 3) switch { 3 => 4, var length => length };
        var sizeLength = (flags >> 6) switch { 0 => isSingleSegment ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        var sizeAt = 5 + (isSingleSegment ? 0 : 1) + dictionaryLength;
        if (_have < sizeAt + sizeLength)
            return;
        var window = isSingleSegment ? ContentSize(_header.AsSpan(sizeAt, sizeLength)) : WindowSize(_header[5]);
        if (window > (ulong)maxWindow)
        {
            throw new LimitExceededException(
                "The window of a zstd frame of the layer", $"{nameof(CompressionOptions)}.{nameof(CompressionOptions.MaxZstdWindowBytes)}",
                maxWindow, (long)Math.Min(window, long.MaxValue));
        }

        (_have, _part, _hasChecksum) = (0, Part.BlockHeader, (flags & 4) != 0);
    }

    private static ulong WindowSize(byte descriptor)
    {
        var power = 1UL << (10 + (descriptor >> 3));
        return power + (power / 8 * (ulong)(descriptor & 7));
    }

    private static ulong ContentSize(ReadOnlySpan<byte> field) => field.Length switch
    {
        1 => field[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(field) + 256UL,
        4 => BinaryPrimitives.ReadUInt32LittleEndian(field),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(field),
    };
}
