using System.Buffers;

namespace RegistryCache.Compression.Inflate;

/// <summary>
/// The blob as bytes and bits. Filling it is asynchronous, taking from it is not: whoever takes asks first whether enough is there.
/// The whole bytes among <see cref="Bits"/> are always those directly before <see cref="Position"/>, so that they can be given back.
/// </summary>
internal sealed class InflateInput(Stream blob) : IDisposable
{
    private const int Capacity = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Capacity);

    public byte[] Buffer => _buffer;

    /// <summary>The first byte that is not yet among <see cref="Bits"/>.</summary>
    public int Position { get; private set; }

    /// <summary>Where the bytes that were read end.</summary>
    public int End { get; private set; }

    /// <summary>Whether the blob has no more bytes than these.</summary>
    public bool Ended { get; private set; }

    /// <summary>The next bits, the first lowest; those above <see cref="BitCount"/> are zero.</summary>
    public ulong Bits { get; private set; }

    /// <summary>How many bits are loaded, fewer than 64.</summary>
    public int BitCount { get; private set; }

    public int Available => End - Position;

    /// <summary>The bytes that were read and not taken. No bits may be loaded.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(Position, Available);

    /// <summary>Whether so many bits are there, or all that there will be.</summary>
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

    /// <summary>Reads until so many bytes are there.</summary>
    /// <returns><see langword="false"/> when the blob ends before.</returns>
    public async ValueTask<bool> HasBytesAsync(int count, CancellationToken cancellationToken)
    {
        while (Available < count && !Ended)
            await FillAsync(cancellationToken).ConfigureAwait(false);
        return Available >= count;
    }

    /// <summary>The next bits, at most 16; behind the end there are zeros.</summary>
    public uint Peek(int count)
    {
        if (BitCount < count)
            Load();
        return (uint)Bits & ((1u << count) - 1);
    }

    /// <summary>Goes on behind bits that were seen.</summary>
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

    /// <summary>Drops the rest of a byte and makes all further ones <see cref="Bytes"/>.</summary>
    public void AlignToByte()
    {
        ReturnBytes();
        Bits = 0;
        BitCount = 0;
    }

    /// <summary>Takes back over after bits were taken elsewhere. What stands in <paramref name="bits"/> above <paramref name="bitCount"/> does not matter.</summary>
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

    /// <summary>Fewer than eight bits stay.</summary>
    private void ReturnBytes()
    {
        Position -= BitCount >> 3;
        BitCount &= 7;
        Bits &= (1UL << BitCount) - 1;
    }
}
