using System.Runtime.InteropServices;

namespace RegistryCache.Core.Streams;

internal sealed class MemoryBlobSource(ReadOnlyMemory<byte> content) : BlobSource
{
    public override long? Length => content.Length;

    internal override bool IsAtHand => true;

    public override ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken)
    {
        Stream stream = MemoryMarshal.TryGetArray(content, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);
        return ValueTask.FromResult(stream);
    }
}
