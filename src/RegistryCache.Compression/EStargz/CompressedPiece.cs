using System.Buffers;
using RegistryCache.Compression.Pipeline;

namespace RegistryCache.Compression.EStargz;

/// <summary>A <see cref="TarPiece"/> after compression: its bytes of the blob, and where payloads begin in them.</summary>
internal sealed class CompressedPiece(List<TocEntry> entries, ArrayPool<byte> arrays) : IDisposable
{
    public SegmentedBuffer Content { get; } = new(arrays);

    public List<TocEntry> Entries => entries;

    public List<(TocEntry Entry, long Offset)> Payloads { get; } = [];

    public void Dispose() => Content.Dispose();
}
