namespace RegistryCache.Compression.Tests.Inflate;

/// <summary>Deflate data made by hand, bit by bit.</summary>
internal sealed class BitStream
{
    private static readonly byte[] LengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private readonly List<byte> _bytes = [];
    private int _used = 8;

    /// <summary>A number, its lowest bit first, as deflate stores all but codewords.</summary>
    public BitStream Bits(int value, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (_used == 8)
            {
                _bytes.Add(0);
                _used = 0;
            }

            _bytes[^1] |= (byte)(((value >> i) & 1) << _used++);
        }

        return this;
    }

    /// <summary>A codeword, its highest bit first.</summary>
    public BitStream Code(int value, int count)
    {
        for (var i = count - 1; i >= 0; i--)
            Bits(value >> i, 1);
        return this;
    }

    public BitStream Header(int type, bool isLast = true) => Bits(isLast ? 1 : 0, 1).Bits(type, 2);

    public BitStream Align()
    {
        _used = 8;
        return this;
    }

    /// <summary>A symbol of the fixed literal and length code.</summary>
    public BitStream Fixed(int symbol) => symbol switch
    {
        < 144 => Code(0x30 + symbol, 8),
        < 256 => Code(0x190 + symbol - 144, 9),
        < 280 => Code(symbol - 256, 7),
        _ => Code(0xc0 + symbol - 280, 8),
    };

    /// <summary>The header of a dynamic block whose code length code has the lengths given for its symbols, all others zero.</summary>
    public BitStream Dynamic(int literals, int distances, params (int Symbol, int Length)[] codeLengths)
    {
        Header(type: 2).Bits(literals - 257, 5).Bits(distances - 1, 5).Bits(LengthOrder.Length - 4, 4);
        foreach (var symbol in LengthOrder)
            Bits(codeLengths.FirstOrDefault(c => c.Symbol == symbol).Length, 3);
        return this;
    }

    /// <summary>The bytes, followed by some more that keep a decoder from finding its end too soon.</summary>
    public byte[] Member(int surplus = 0) => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, .. _bytes, .. new byte[surplus]];

    /// <summary>A member with the checksum and length of its content.</summary>
    public byte[] Member(byte[] content) =>
        [.. Member(), .. BitConverter.GetBytes(System.IO.Hashing.Crc32.HashToUInt32(content)), .. BitConverter.GetBytes(content.Length)];
}
