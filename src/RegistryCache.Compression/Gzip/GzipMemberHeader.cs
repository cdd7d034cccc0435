using System.Buffers.Binary;
using System.IO.Hashing;
using RegistryCache.Compression.Inflate;

namespace RegistryCache.Compression.Gzip;

/// <summary>Checks and skips the header of a gzip member. Source: RFC 1952, 2.3.</summary>
internal sealed class GzipMemberHeader(InflateInput input)
{
    private const int FixedLength = 10;
    private const string Place = "a member's header";

    /// <summary>Far above any real name or comment. The format itself has no limit.</summary>
    private const int MaxTextLength = 64 * 1024;

    private const byte FlagHeaderCrc = 0x02;
    private const byte FlagName = 0x08;
    private const byte FlagComment = 0x10;
    private const byte ReservedFlags = 0xe0;

    private readonly Crc32 _crc = new();

    /// <summary>Moves to the member's compressed data.</summary>
    public async ValueTask SkipAsync(CancellationToken cancellationToken)
    {
        _crc.Reset();
        await NeedAsync(FixedLength, cancellationToken).ConfigureAwait(false);
        var flags = CheckFixedPart(input.Bytes);
        Pass(FixedLength);
        if ((flags & GzipFormat.FlagExtra) != 0)
            await SkipExtraAsync(cancellationToken).ConfigureAwait(false);
        if ((flags & FlagName) != 0)
            await SkipTextAsync(cancellationToken).ConfigureAwait(false);
        if ((flags & FlagComment) != 0)
            await SkipTextAsync(cancellationToken).ConfigureAwait(false);
        if ((flags & FlagHeaderCrc) != 0)
            await CheckCrcAsync(cancellationToken).ConfigureAwait(false);
    }

    private static byte CheckFixedPart(ReadOnlySpan<byte> header)
    {
        if (header[2] != GzipFormat.Deflate)
            throw InflateDamage.Error("a member has an unknown compression method");
        return (header[3] & ReservedFlags) == 0 ? header[3] : throw InflateDamage.Error("a member's header has unknown flags");
    }

    private async ValueTask SkipExtraAsync(CancellationToken cancellationToken)
    {
        await NeedAsync(sizeof(ushort), cancellationToken).ConfigureAwait(false);
        int left = BinaryPrimitives.ReadUInt16LittleEndian(input.Bytes);
        Pass(sizeof(ushort));
        while (left > 0)
        {
            await NeedAsync(1, cancellationToken).ConfigureAwait(false);
            var count = Math.Min(left, input.Available);
            Pass(count);
            left -= count;
        }
    }

    private async ValueTask SkipTextAsync(CancellationToken cancellationToken)
    {
        for (var left = MaxTextLength; left > 0;)
        {
            await NeedAsync(1, cancellationToken).ConfigureAwait(false);
            var part = input.Bytes[..Math.Min(left, input.Available)];
            var end = part.IndexOf((byte)0);
            left -= part.Length;
            Pass(end < 0 ? part.Length : end + 1);
            if (end >= 0)
                return;
        }

        throw InflateDamage.Error("a member's header has an unterminated name or comment");
    }

    private async ValueTask CheckCrcAsync(CancellationToken cancellationToken)
    {
        await NeedAsync(sizeof(ushort), cancellationToken).ConfigureAwait(false);
        var expected = (ushort)_crc.GetCurrentHashAsUInt32();
        if (BinaryPrimitives.ReadUInt16LittleEndian(input.Bytes) != expected)
            throw InflateDamage.Error("a member's header does not match its checksum");
        input.SkipBytes(sizeof(ushort));
    }

    private async ValueTask NeedAsync(int count, CancellationToken cancellationToken)
    {
        if (!await input.HasBytesAsync(count, cancellationToken).ConfigureAwait(false))
            throw InflateDamage.CutOff(Place);
    }

    private void Pass(int count)
    {
        _crc.Append(input.Bytes[..count]);
        input.SkipBytes(count);
    }
}
