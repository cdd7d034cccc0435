using RegistryCache.Compression.Deflate;
using RegistryCache.Compression.Pipeline;
using RegistryCache.Layers;

namespace RegistryCache.Compression.Gzip;

/// <summary>gzip: one member, compressed in parallel in blocks of 992 KiB. Level 0 stores. The default is 6, as in BuildKit, with the size
/// of zlib's level 6. Compared with 6, level 1 takes half the time and blobs are a sixth larger; level 3 takes two thirds of the time and
/// blobs are 4 % larger; level 9 takes three to five times as long and blobs are 2 % smaller. Each worker needs about 5 MiB of
/// memory.</summary>
/// <remarks>Format: RFC 1952. Header as Go's compress/gzip writes it: no time, no name, unknown system.</remarks>
internal sealed class GzipCodec : ILayerCodec
{
    private readonly DeflaterPool _deflaters = new();

    public LayerCompression Compression => LayerCompression.Gzip;

    public CompressionLevelRange Levels => GzipFormat.Levels;

    public string MediaType => MediaTypes.OciLayerGzip;

    public string? DockerMediaType => MediaTypes.DockerLayerGzip;

    public async ValueTask<LayerMatch> MatchAsync(LayerProbe probe, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(probe);
        return GzipFormat.IsGzip((await probe.ReadHeadAsync(cancellationToken).ConfigureAwait(false)).Span)
            ? LayerMatch.Generic : LayerMatch.None;
    }

    /// <inheritdoc/>
    /// <remarks>Reads any number of members with any header fields. The checksum and length of each member are verified. Any bytes after
    /// the last member, including zeros, are an error, as in BuildKit.</remarks>
    public Stream OpenDecoder(Stream blob)
    {
        ArgumentNullException.ThrowIfNull(blob);
        return new GzipDecodeStream(blob);
    }

    public Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken) =>
        EncodeCall.RunAsync(this, tar, blob, options, (level, workers) =>
            GzipEncoder.EncodeAsync(tar, blob, level, _deflaters, workers, options.TarDigest, cancellationToken));
}
