using System.Buffers;
using RegistryCache.Compression.Deflate;

namespace RegistryCache.Compression.Inflate;

/// <summary>The decoded bytes in one array: the last 32 KiB that matches can refer to, then room for more. Writers may go beyond
/// <see cref="Limit"/> by <see cref="Slack"/> bytes, so a step does not check the end.</summary>
internal sealed class InflateWindow : IDisposable
{
    /// <summary>Small enough for the second-level cache, with the input, and large enough that moving the history costs little.</summary>
    private const int Length = 128 * 1024;

    /// <summary>Two literals, the longest match, and the bytes that a wide copy writes after its end; rounded up.</summary>
    public const int Slack = 2 + DeflateFormat.MaxMatch + 60;

    public const int Limit = Length - Slack;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Length);
    private int _delivered;

    public byte[] Buffer => _buffer;

    public int Position { get; set; }

    /// <summary>The oldest byte of the current member that is still available.</summary>
    public int MemberStart { get; private set; }

    public int Undelivered => Position - _delivered;

    public bool IsFull => Position >= Limit;

    /// <summary>Makes this position the start of the history: matches cannot refer to bytes before it.</summary>
    public void BeginMember() => MemberStart = Position;

    public ReadOnlySpan<byte> From(int start) => _buffer.AsSpan(start, Position - start);

    public int Deliver(Span<byte> target)
    {
        var count = Math.Min(target.Length, Undelivered);
        _buffer.AsSpan(_delivered, count).CopyTo(target);
        _delivered += count;
        return count;
    }

    /// <summary>Moves the history to the front. All bytes must have been delivered.</summary>
    public void Slide()
    {
        var start = Math.Max(0, Position - DeflateFormat.WindowLength);
        _buffer.AsSpan(start, Position - start).CopyTo(_buffer);
        Position -= start;
        _delivered -= start;
        MemberStart = Math.Max(0, MemberStart - start);
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Position = _delivered = 0;
    }
}
