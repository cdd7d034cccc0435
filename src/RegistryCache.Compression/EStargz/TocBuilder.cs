using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;
using RegistryCache.Compression.Deflate;
using RegistryCache.Compression.Gzip;
using RegistryCache.Compression.Pipeline;
using RegistryCache.Core.Content;
using RegistryCache.Core.Tar;

namespace RegistryCache.Compression.EStargz;

/// <summary>Collects the table of contents. A tar header before the JSON states its length, so the JSON is kept until the end, compressed
/// as it will be stored: about 80 bytes for each entry.</summary>
internal sealed class TocBuilder(int level, DeflaterPool deflaters, ArrayPool<byte> arrays) : IDisposable
{
    private const int BlockLength = 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _json = new();
    private readonly MemoryStream _compressed = new();
    private readonly DigestHasher _digest = new(DigestAlgorithm.Sha256);
    private readonly Queue<TocEntry> _waiting = new();
    private long _length;
    private bool _any;

    /// <summary>Adds an entry. It is written when it and all entries before it are complete.</summary>
    public void Add(TocEntry entry)
    {
        _waiting.Enqueue(entry);
        while (_waiting.TryPeek(out var next) && next.IsComplete)
            Write(_waiting.Dequeue());
    }

    /// <summary>Writes the member with the table of contents and returns the digest of the JSON.</summary>
    /// <returns>The digest, and the length of what the member decompresses to.</returns>
    public async Task<(Digest Digest, long Length)> FinishAsync(
        HashingWriter blob, DigestHasher diffId, CancellationToken cancellationToken)
    {
        foreach (var entry in _waiting)
            Write(entry);
        _json.Write(_any ? "\n\t]\n}"u8 : "{\n\t\"version\": 1,\n\t\"entries\": null\n}"u8);
        Compress();

        var header = TarHeaderWriter.Write(TocFile(_length));
        var padding = new byte[TarFormat.Padding(_length) + (2 * TarFormat.BlockSize)];
        var crc = new Crc32();
        Count(header);
        CountJson();
        Count(padding);

        await blob.WriteAsync(GzipFormat.Header(level), cancellationToken).ConfigureAwait(false);
        await WriteBlockAsync(header).ConfigureAwait(false);
        await blob.WriteAsync(_compressed.GetBuffer().AsMemory(0, (int)_compressed.Length), cancellationToken).ConfigureAwait(false);
        await WriteBlockAsync(padding).ConfigureAwait(false);
        var total = header.Length + _length + padding.Length;
        byte[] end = [.. GzipFormat.EmptyLastBlock, .. GzipFormat.Trailer(crc.GetCurrentHashAsUInt32(), total)];
        await blob.WriteAsync(end, cancellationToken).ConfigureAwait(false);
        return (_digest.Finish(), total);

        void Count(ReadOnlySpan<byte> bytes)
        {
            diffId.Append(bytes);
            crc.Append(bytes);
        }

        // The header comes before the JSON in the digest, so the JSON is decompressed again now that its length is known.
        void CountJson()
        {
            var length = _compressed.Length;
            _compressed.Write(GzipFormat.EmptyLastBlock);
            _compressed.Position = 0;
            using (var json = new DeflateStream(_compressed, CompressionMode.Decompress, leaveOpen: true))
            {
                var buffer = new byte[BlockLength];
                int read;
                while ((read = json.Read(buffer)) > 0)
                    Count(buffer.AsSpan(0, read));
            }

            _compressed.SetLength(length);
        }

        async ValueTask WriteBlockAsync(byte[] bytes)
        {
            using var block = new SegmentedBuffer(arrays);
            AppendFlushed(bytes, block);
            await blob.WriteAsync(block, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _compressed.Dispose();
        _digest.Dispose();
    }

    /// <summary>As Go's archive/tar writes it for a name and a size: everything else is zero.</summary>
    private static LayerEntry TocFile(long size) => new()
    {
        Path = EStargzFormat.TocName,
        Mode = UnixFileMode.None,
        Size = size,
        ModifiedAt = CacheTime.FromUnix(0),
    };

    private void Write(TocEntry entry)
    {
        _json.Write(_any ? ",\n"u8 : "{\n\t\"version\": 1,\n\t\"entries\": [\n"u8);
        _any = true;
        new TocJsonWriter(_json).Entry(entry);
        if (_json.WrittenCount >= BlockLength)
            Compress();
    }

    private void Compress()
    {
        using var block = new SegmentedBuffer(arrays);
        AppendFlushed(_json.WrittenSpan, block);
        foreach (var segment in block.Written)
            _compressed.Write(segment.Span);
        _digest.Append(_json.WrittenSpan);
        _length += _json.WrittenCount;
        _json.ResetWrittenCount();
    }

    private void AppendFlushed(ReadOnlySpan<byte> bytes, SegmentedBuffer output)
    {
        var deflater = deflaters.Take();
        deflater.AppendFlushed(bytes, history: 0, level, output);
        deflaters.GiveBack(deflater);
    }
}
