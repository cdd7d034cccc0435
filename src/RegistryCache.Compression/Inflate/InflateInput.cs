using System.Buffers;

namespace RegistryCache.Compression.Inflate;

/// <summary>The blob as bytes and bits. Filling is asynchronous, reading is not: a reader first checks whether enough is available. The
/// whole bytes in <see cref="Bits"/> are always those directly before <see cref="Position"/>, so they can be returned.</summary>
internal sealed class InflateInput(Stream blob) : IDisposable
{
    private const int Capacity = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Capacity);

    public byte[] Buffer => _buffer;

    /// <summary>The first byte that is not yet in <see cref="Bits"/>.</summary>
    public int Position { get; private set; }

    /// <summary>The end of the bytes that were read.</summary>
    public int End { get; private set; }

    /// <summary>Whether the blob has no more bytes.</summary>
    public bool Ended { get; private set; }

    /// <summary>The next bits, lowest first. Bits above <see cref="BitCount"/> are zero.</summary>
    public ulong Bits { get; private set; }

    /// <summary>The number of loaded bits, below 64.</summary>
    public int BitCount { get; private set; }

    public int Available => End - Position;

    /// <summary>The bytes that were read and not consumed. No bits may be loaded.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(Position, Available);

    /// <summary>Whether this many bits are available, or all remaining bits are.</summary>
    public bool Has(int bits) => Ended || BitCount + (8L * Available) >= bits;

    /// <summary>Reads from the blob once.</summary>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        ReturnBytes();
        var left = Available;
        _buffer.AsSpan(Position, left).CopyTo(_buffer);
        Position = 0;
        End = left;
        var read = await blob.ReadAsync(_buffer.AsMemory(left, Capacity - left), cancellationToken).ConfigureAwait(false);
        End += read;
        Ended = read == 0;
    }

    /// <summary>Reads until this many bytes are available.</summary>
    /// <returns><see langword="false"/> if the blob ends before that.</returns>
    public async ValueTask<bool> HasBytesAsync(int count, CancellationToken cancellationToken)
    {
        while (Available < count && !Ended)
            await FillAsync(cancellationToken).ConfigureAwait(false);
        return Available >= count;
    }

    /// <summary>The next bits, at most 16. After the end of the blob they are zeros.</summary>
    public uint Peek(int count)
    {
        if (BitCount < count)
            Load();
        return (uint)Bits & ((1u << count) - 1);
    }

    public void Skip(int count)
    {
        if (BitCount < count)
            throw InflateDamage.CutOff("the compressed data");
        Bits >>= count;
        BitCount -= count;
    }

    public uint Take(int count)
    {
        var bits = Peek(count);
        Skip(count);
        return bits;
    }

    public void SkipBytes(int count) => Position += count;

    /// <summary>Skips the rest of a byte, so all further bytes are available as <see cref="Bytes"/>.</summary>
    public void AlignToByte()
    {
        ReturnBytes();
        Bits = 0;
        BitCount = 0;
    }

    /// <summary>Continues after bits were consumed elsewhere. Bits above <paramref name="bitCount"/> are ignored.</summary>
    public void Restore(int position, ulong bits, int bitCount)
    {
        Position = position;
        Bits = bits;
        BitCount = bitCount;
        ReturnBytes();
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Position = End = 0;
    }

    private void Load()
    {
        while (BitCount < 56 && Position < End)
        {
            Bits |= (ulong)_buffer[Position++] << BitCount;
            BitCount += 8;
        }
    }

    /// <summary>Fewer than eight bits stay loaded.</summary>
    private void ReturnBytes()
    {
        Position -= BitCount >> 3;
        BitCount &= 7;
        Bits &= (1UL << BitCount) - 1;
    }
}
