using System.Buffers;
using RegistryCache.Compression.Pipeline;

namespace RegistryCache.Compression.EStargz;

/// <summary>Consecutive bytes of the tar, cut into members, that are compressed together.</summary>
internal sealed class TarPiece(ArrayPool<byte> arrays) : IDisposable
{
    public PooledBuffer Content { get; } = new(arrays, EStargzFormat.ChunkLength);

    public List<MemberPart> Parts { get; } = [];

    /// <summary>The entries for the table of contents that begin in this piece, in order.</summary>
    public List<TocEntry> Entries { get; } = [];

    public void Dispose() => Content.Dispose();
}
