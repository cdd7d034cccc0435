using System.Globalization;
using System.Text;

namespace RegistryCache.Benchmarks;

/// <summary>A tar of given length that exists only as it is read: files of 64 MiB, half noise and half text.</summary>
internal sealed class SyntheticTar(long length) : ForwardReadStream
{
    private const int BlockLength = 1 << 20;
    private const int FileBlocks = 64;

    private readonly byte[] _noise = Noise();
    private readonly byte[] _content = new byte[BlockLength];
    private readonly long _files = Math.Max(1, length / ((long)FileBlocks * BlockLength));
    private long _file;
    private int _block = -1;
    private ReadOnlyMemory<byte> _ready;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ready.IsEmpty && _file <= _files)
            _ready = Next();
        var taken = Math.Min(buffer.Length, _ready.Length);
        _ready[..taken].CopyTo(buffer);
        _ready = _ready[taken..];
        return ValueTask.FromResult(taken);
    }

    private static byte[] Noise()
    {
        var noise = new byte[2 * BlockLength];
        new Random(1).NextBytes(noise);
        return noise;
    }

    private byte[] Next()
    {
        if (_file == _files)
        {
            _file++;
            return new byte[1024];
        }

        if (_block < 0)
        {
            _block = 0;
            return Header(_file);
        }

        var result = _content;
        var mark = (int)((_file * FileBlocks) + _block);
        _noise.AsSpan((mark * 7919) % BlockLength, BlockLength / 2).CopyTo(result);
        for (var at = BlockLength / 2; at < BlockLength; at++)
            result[at] = (byte)('a' + ((at * (mark + 3)) >> 9) % 23);
        if (++_block == FileBlocks)
            (_file, _block) = (_file + 1, -1);
        return result;
    }

    private static byte[] Header(long number)
    {
        var header = new byte[512];
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"file{number}"), header);
        Encoding.ASCII.GetBytes("0000644\00000000\00000000\0", header.AsSpan(100));
        Encoding.ASCII.GetBytes(Convert.ToString((long)FileBlocks * BlockLength, 8).PadLeft(11, '0'), header.AsSpan(124));
        Encoding.ASCII.GetBytes("00000000001", header.AsSpan(136));
        header.AsSpan(148, 8).Fill((byte)' ');
        header[156] = (byte)'0';
        "ustar\00000"u8.CopyTo(header.AsSpan(257));
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0') + "\0 ", header.AsSpan(148));
        return header;
    }
}
