using System.Numerics;
using System.Runtime.CompilerServices;

namespace RegistryCache.Compression.Deflate;

/// <summary>Finds earlier occurrences of the bytes at a position. It keeps chains of the positions with the same four bytes, and the last
/// position with the same three bytes. Positions increase from one input to the next, so entries of an earlier input lie before
/// <see cref="Begin"/> and are ignored. The tables are therefore not cleared, and earlier input does not affect the output.</summary>
internal sealed unsafe class MatchFinder
{
    /// <summary>One less than the format allows, because the oldest position shares its link with the newest.</summary>
    private const int FarthestDistance = DeflateFormat.WindowLength - 1;

    private const int Mask = DeflateFormat.WindowLength - 1;
    private const int FourBits = 16;
    private const int ThreeBits = 13;
    private const int LastPosition = 1 << 30;

    private readonly int* _four;
    private readonly int* _three;
    private readonly int* _links;
    private readonly int[] _memory;
    private byte* _origin;
    private int _begin;
    private int _end = DeflateFormat.WindowLength;

    public MatchFinder()
    {
        const int entries = (1 << FourBits) + (1 << ThreeBits) + DeflateFormat.WindowLength;
        _memory = GC.AllocateArray<int>(entries, pinned: true);
        _four = (int*)Unsafe.AsPointer(ref _memory[0]);
        _three = _four + (1 << FourBits);
        _links = _three + (1 << ThreeBits);
    }

    /// <summary>Starts a new input, which must not move in memory.</summary>
    /// <returns>The position of its first byte.</returns>
    public int Begin(byte* input, int length)
    {
        if (_end > LastPosition - length)
        {
            Array.Clear(_memory);
            _end = DeflateFormat.WindowLength;
        }

        _begin = _end;
        _end = _begin + length;
        _origin = input - _begin;
        return _begin;
    }

    /// <summary>Adds a position without searching for a match. At least four bytes must follow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Insert(int position)
    {
        var bytes = Read32(_origin + position);
        var four = FourHash(bytes);
        _links[position & Mask] = _four[four];
        _four[four] = position;
        _three[ThreeHash(bytes)] = position;
    }

    /// <summary>Adds a position and searches for a match that is longer than the known one. At least four bytes must follow.</summary>
    /// <returns>The length of the match found, or <paramref name="length"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int InsertAndFind(int position, int length, ref int distance, int chainLength, int niceLength)
    {
        var here = _origin + position;
        var bytes = Read32(here);
        var four = FourHash(bytes);
        var three = ThreeHash(bytes);
        var place = _four[four];
        var shortPlace = _three[three];
        _links[position & Mask] = place;
        _four[four] = position;
        _three[three] = position;

        var oldest = Math.Max(_begin, position - FarthestDistance);
        var longest = Math.Min(DeflateFormat.MaxMatch, _end - position);
        if (length < DeflateFormat.MinMatch && shortPlace >= oldest && ((Read32(_origin + shortPlace) ^ bytes) & 0xffffff) == 0)
        {
            length = DeflateFormat.MinMatch;
            distance = position - shortPlace;
        }

        if (place < oldest || length >= longest)
            return length;
        if (niceLength > longest)
            niceLength = longest;
        var links = _links;
        var origin = _origin;
        if (length < sizeof(uint))
        {
            // No match of four bytes is known yet, so the first four bytes are compared.
            while (Read32(origin + place) != bytes)
            {
                place = links[place & Mask];
                if (place < oldest || --chainLength == 0)
                    return length;
            }

            length = CommonLength(here, origin + place, longest);
            distance = position - place;
            if (length >= niceLength)
                return length;
            place = links[place & Mask];
            if (place < oldest || --chainLength == 0)
                return length;
        }

        while (true)
        {
            // A longer match must also have the byte after the best match. Most positions fail this test.
            var tail = Read32(here + length - 3);
            while (Read32(origin + place + length - 3) != tail || Read32(origin + place) != bytes)
            {
                place = links[place & Mask];
                if (place < oldest || --chainLength == 0)
                    return length;
            }

            var common = CommonLength(here, origin + place, longest);
            if (common > length)
            {
                length = common;
                distance = position - place;
                if (length >= niceLength)
                    return length;
            }

            place = links[place & Mask];
            if (place < oldest || --chainLength == 0)
                return length;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CommonLength(byte* a, byte* b, int longest)
    {
        var length = sizeof(uint);
        while (length + sizeof(ulong) <= longest)
        {
            var difference = Read64(a + length) ^ Read64(b + length);
            if (difference != 0)
                return length + (BitOperations.TrailingZeroCount(difference) >> 3);
            length += sizeof(ulong);
        }

        while (length < longest && a[length] == b[length])
            length++;
        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint FourHash(uint bytes) => (bytes * 0x9e3779b1) >> (32 - FourBits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ThreeHash(uint bytes) => ((bytes << 8) * 0x9e3779b1) >> (32 - ThreeBits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Read32(byte* at)
    {
        var value = Unsafe.ReadUnaligned<uint>(at);
        return BitConverter.IsLittleEndian ? value : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read64(byte* at)
    {
        var value = Unsafe.ReadUnaligned<ulong>(at);
        return BitConverter.IsLittleEndian ? value : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
    }
}
