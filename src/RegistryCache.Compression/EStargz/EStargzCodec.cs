using RegistryCache.Compression.Deflate;
using RegistryCache.Compression.Gzip;
using RegistryCache.Compression.Pipeline;
using RegistryCache.Core.Content;
using RegistryCache.Layers;

namespace RegistryCache.Compression.EStargz;

/// <summary>eStargz: gzip with a member per file and 4 MiB chunk, a table of contents and a footer, so that single files can be read from a
/// registry, see <see cref="EStargzArchive"/>. Every reader of gzip reads it. Levels 0 to 9 and default 6 as for <see cref="GzipCodec"/>;
/// the blob is a few percent larger than plain gzip. Its diffID covers the table of contents too, so it is not the tar's digest.</summary>
/// <remarks>Format: stargz-snapshotter docs/estargz.md. The tar is passed through byte for byte. Sparse files are passed through too but
/// are not listed, since the format cannot express holes: they are there when the layer is unpacked, but neither
/// <see cref="EStargzArchive"/> nor a snapshotter that mounts the layer by its table of contents sees them. BuildKit writes no sparse
/// files; its own estargz writer fails on the GNU form and does not keep the pax forms intact.</remarks>
internal sealed class EStargzCodec : ILayerCodec
{
    private readonly DeflaterPool _deflaters = new();

    public LayerCompression Compression => LayerCompression.EStargz;

    public CompressionLevelRange Levels => GzipFormat.Levels;

    public string MediaType => MediaTypes.OciLayerGzip;

    public string? DockerMediaType => null;

    public LayerCompression? VariantOf => LayerCompression.Gzip;

    /// <inheritdoc/>
    public bool IsAnnouncedBy(Descriptor layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return layer.Annotations.ContainsKey(AnnotationKeys.StargzTocDigest);
    }

    /// <inheritdoc/>
    /// <remarks>Looks at the footer and at the tar header that must be where it points, as BuildKit does.</remarks>
    public async ValueTask<LayerMatch> MatchAsync(LayerProbe probe, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(probe);
        return await TocLocation.FindAsync(probe, cancellationToken).ConfigureAwait(false) is null ? LayerMatch.None : LayerMatch.Exact;
    }

    public async ValueTask<long?> FindTarEndAsync(LayerProbe probe, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(probe);
        var tail = await probe.ReadTailAsync(cancellationToken).ConfigureAwait(false);
        return EStargzFormat.ReadFooter(tail.Span, probe.Length)?.TocOffset;
    }

    public async Task VerifyAdditionsAsync(Descriptor layer, ByteRangeReader blob, CancellationToken cancellationToken)
    {
        var archive = await EStargzArchive.OpenAsync(layer, blob, options: null, cancellationToken).ConfigureAwait(false);
        await archive.VerifyAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<ILayerFiles?> OpenFilesAsync(Descriptor layer, ByteRangeReader blob, CancellationToken cancellationToken) =>
        await EStargzArchive.TryOpenAsync(layer, blob, new CompressionOptions(), cancellationToken).ConfigureAwait(false);

    public Stream OpenDecoder(Stream blob)
    {
        ArgumentNullException.ThrowIfNull(blob);

        // An empty tar has no member before its table of contents.
        return new GzipDecodeStream(blob, mayBeEmpty: true);
    }

    public Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken) =>
        EncodeCall.RunAsync(this, tar, blob, options, async (level, workers) =>
        {
            using var encoder = new EStargzEncoder(tar, blob, level, _deflaters, workers, options.TarHasher);
            return await encoder.RunAsync(cancellationToken).ConfigureAwait(false);
        });
}
