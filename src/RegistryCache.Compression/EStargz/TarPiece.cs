using System.Buffers;
using RegistryCache.Compression.Pipeline;

namespace RegistryCache.Compression.EStargz;

/// <summary>Some consecutive bytes of the tar, cut into members, to be compressed in one go.</summary>
internal sealed class TarPiece(ArrayPool<byte> arrays) : IDisposable
{
    public PooledBuffer Content { get; } = new(arrays, EStargzFormat.ChunkLength);

    public List<MemberPart> Parts { get; } = [];

    /// <summary>The entries that belong into the table of contents from here on, in order.</summary>
    public List<TocEntry> Entries { get; } = [];

    public void Dispose() => Content.Dispose();
}
