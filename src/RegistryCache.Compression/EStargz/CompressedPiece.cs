using System.Buffers;
using RegistryCache.Compression.Pipeline;

namespace RegistryCache.Compression.EStargz;

/// <summary>A <see cref="TarPiece"/> after compression: its bytes of the blob, and where in them payloads begin.</summary>
internal sealed class CompressedPiece(List<TocEntry> entries, ArrayPool<byte> arrays) : IDisposable
{
    public PooledBuffer Content { get; } = new(arrays, EStargzFormat.ChunkLength);

    public List<TocEntry> Entries => entries;

    public List<(TocEntry Entry, int Offset)> Payloads { get; } = [];

    public void Dispose() => Content.Dispose();
}
