using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace RegistryCache.Testing.Samples;

/// <summary>A readable stream of any length whose bytes follow from a seed, so that large content needs neither memory nor a file.
/// </summary>
internal sealed class GeneratedStream(long length, int seed) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, length - _position);
        Fill(buffer[..count]);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Fill(Span<byte> buffer)
    {
        Span<byte> word = stackalloc byte[8];
        var at = _position;
        while (!buffer.IsEmpty)
        {
            // Whole words at once: gigabytes come from here.
            if ((at & 7) == 0 && buffer.Length >= 8)
            {
                var words = MemoryMarshal.Cast<byte, ulong>(buffer);
                for (var i = 0; i < words.Length; i++)
                {
                    var number = WordAt(at + (i * 8L));
                    words[i] = BitConverter.IsLittleEndian ? number : BinaryPrimitives.ReverseEndianness(number);
                }

                buffer = buffer[(words.Length * 8)..];
                at += words.Length * 8L;
                continue;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(word, WordAt(at));
            var part = word[(int)(at & 7)..];
            var count = Math.Min(part.Length, buffer.Length);
            part[..count].CopyTo(buffer);
            buffer = buffer[count..];
            at += count;
        }
    }

    private ulong WordAt(long position) => Mix((ulong)(position >> 3) + ((ulong)(uint)seed << 40));

    // SplitMix64: cheap, and without the repetition that would let a store compress or deduplicate.
    private static ulong Mix(ulong value)
    {
        value = (value + 1) * 0x9e3779b97f4a7c15;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
