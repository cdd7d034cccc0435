using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace RegistryCache.Compression.Deflate;

/// <summary>Writes bits, lowest first. It always writes eight bytes at its position, so the output needs eight spare bytes.</summary>
internal unsafe ref struct BitWriter
{
    private readonly byte* _start;
    private byte* _at;

    public BitWriter(byte* start, ulong bits, int count)
    {
        _start = start;
        _at = start;
        Bits = bits;
        Count = count;
    }

    /// <summary>The bits that do not fill a byte yet. After a flush there are at most seven, so 57 more fit.</summary>
    public ulong Bits { get; private set; }

    /// <summary>The number of these bits.</summary>
    public int Count { get; private set; }

    /// <summary>The number of whole bytes written.</summary>
    public readonly int Written => (int)(_at - _start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(uint value, int count)
    {
        Bits |= (ulong)value << Count;
        Count += count;
    }

    /// <summary>Puts a word that includes its own length, see <see cref="Packed"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(uint packed)
    {
        Bits |= (ulong)(packed & 0xffffff) << Count;
        Count += (int)(packed >> 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Flush()
    {
        Unsafe.WriteUnaligned(_at, BitConverter.IsLittleEndian ? Bits : BinaryPrimitives.ReverseEndianness(Bits));
        _at += Count >> 3;
        Bits >>= Count & ~7;
        Count &= 7;
    }

    /// <summary>Fills a started byte with zeros.</summary>
    public void Align()
    {
        Count = (Count + 7) & ~7;
        Flush();
    }

    /// <summary>Copies bytes. The writer must be aligned.</summary>
    public void Copy(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(new Span<byte>(_at, bytes.Length));
        _at += bytes.Length;
    }

    /// <summary>Up to 24 bits with their number in the highest byte.</summary>
    public static uint Packed(uint value, int count) => value | ((uint)count << 24);
}
