using RegistryCache.Compression.Deflate;
using RegistryCache.Compression.Gzip;
using RegistryCache.Compression.Pipeline;
using RegistryCache.Core.Content;
using RegistryCache.Core.Layers;
using RegistryCache.Layers;

namespace RegistryCache.Compression.EStargz;

/// <summary>Cuts the tar into members, compresses several of them in parallel, and ends with the table of contents and the
/// footer.</summary>
internal sealed class EStargzEncoder(
    Stream tar, Stream blob, int level, DeflaterPool deflaters, LayerWorkers workers, Func<DigestHasher>? tarHasher) : IDisposable
{
    private readonly HashingWriter _output = new(blob);
    private readonly TarCutter _cutter = new(tar, tarHasher is null ? new DigestHasher(DigestAlgorithm.Sha256) : null, workers.Buffers);
    private readonly TocBuilder _toc = new(level, deflaters, workers.Buffers);

    public async Task<EncodedLayer> RunAsync(CancellationToken cancellationToken)
    {
        await OrderedWork.RunAsync<TarPiece, CompressedPiece>(_cutter.NextAsync, Compress, WriteAsync, workers, cancellationToken)
            .ConfigureAwait(false);
        var tocOffset = _output.Length;

        // The diffID covers the tar, an end that it lacked, and the table of contents.
        var diffId = _cutter.Hasher ?? tarHasher!();
        diffId.Append(new byte[_cutter.Added]);
        var (tocDigest, tocLength) = await _toc.FinishAsync(_output, diffId, cancellationToken).ConfigureAwait(false);
        await _output.WriteAsync(EStargzFormat.Footer(tocOffset), cancellationToken).ConfigureAwait(false);
        var length = _cutter.Length + tocLength;
        return new EncodedLayer(
            LayerCompression.EStargz,
            MediaTypes.OciLayerGzip,
            _output.Finish(),
            _output.Length,
            diffId.Finish(),
            length)
        {
            Annotations = new Dictionary<string, string>
            {
                [AnnotationKeys.StargzTocDigest] = tocDigest.ToString(),
                [AnnotationKeys.StargzUncompressedSize] = length.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
        };
    }

    public void Dispose()
    {
        _cutter.Dispose();
        _toc.Dispose();
        _output.Dispose();
    }

    private CompressedPiece Compress(TarPiece piece)
    {
        using (piece)
        {
            var deflater = deflaters.Take();
            var result = new CompressedPiece(piece.Entries, workers.Buffers);
            foreach (var part in piece.Parts)
                Compress(part, piece.Content.Written.Span.Slice(part.Start, part.Length), deflater, result);
            deflaters.GiveBack(deflater);
            return result;
        }
    }

    private void Compress(MemberPart part, ReadOnlySpan<byte> content, Deflater deflater, CompressedPiece result)
    {
        if (part.Payload is { } entry)
        {
            result.Payloads.Add((entry, result.Content.Length));
            if (entry.ChunkDigest.Length == 0)
                entry.ChunkDigest = DigestHasher.Of(DigestAlgorithm.Sha256, content[..part.PayloadLength]).ToString();
            if (part.IsWholeFile)
                entry.Digest = entry.ChunkDigest;
        }

        if (part.Begins)
            result.Content.Write(GzipFormat.Header(level));
        if (part is { Begins: true, Ends: true })
        {
            deflater.AppendComplete(content, level, result.Content);
            result.Content.Write(GzipFormat.Trailer(part.Crc, part.MemberLength));
            return;
        }

        if (!content.IsEmpty)
            deflater.AppendFlushed(content, history: 0, level, result.Content);
        if (part.Ends)
        {
            result.Content.Write(GzipFormat.EmptyLastBlock);
            result.Content.Write(GzipFormat.Trailer(part.Crc, part.MemberLength));
        }
    }

    private async ValueTask WriteAsync(CompressedPiece piece, CancellationToken cancellationToken)
    {
        using (piece)
        {
            foreach (var (entry, offset) in piece.Payloads)
                entry.Offset = _output.Length + offset;
            await _output.WriteAsync(piece.Content, cancellationToken).ConfigureAwait(false);
            foreach (var entry in piece.Entries)
                _toc.Add(entry);
        }
    }
}
