using System.Buffers;

namespace RegistryCache.Core.Streams;

/// <summary>Moves a stream forward: by a seek where it can, otherwise by reading.</summary>
internal static class StreamSkip
{
    /// <exception cref="EndOfStreamException">The stream ends before that.</exception>
    public static async ValueTask ForwardAsync(Stream stream, long count, CancellationToken cancellationToken)
    {
        if (count == 0)
            return;
        if (stream.CanSeek)
        {
            stream.Seek(count, SeekOrigin.Current);
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(81920);
        try
        {
            while (count > 0)
            {
                var part = buffer.AsMemory(0, (int)Math.Min(count, buffer.Length));
                var read = await stream.ReadAsync(part, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    throw new EndOfStreamException($"The content ended {count} bytes before the offset that was asked for.");
                count -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
