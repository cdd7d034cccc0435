using RegistryCache.Compression.Deflate;
using RegistryCache.Compression.Gzip;
using RegistryCache.Compression.Pipeline;
using RegistryCache.Core.Content;
using RegistryCache.Core.Layers;

namespace RegistryCache.Compression;

/// <summary>
/// gzip: one member, compressed in parallel blocks of 1 MiB that are flushed one behind the other. Levels 0 to 9 are zlib's own;
/// 0 stores, 1 is about five times as fast as 6 and 9 takes about twice as long as 6 to save a percent. Default: 6, as BuildKit's.
/// </summary>
/// <remarks>Format: RFC 1952. Header as Go's compress/gzip writes it: no time, no name, unknown system.</remarks>
public sealed class GzipCodec : ILayerCodec
{
    private readonly DeflaterPool _deflaters = new();

    /// <inheritdoc/>
    public LayerCompression Compression => LayerCompression.Gzip;

    /// <inheritdoc/>
    public CompressionLevelRange Levels { get; } = new(0, 9, 6);

    /// <inheritdoc/>
    public string MediaType => MediaTypes.OciLayerGzip;

    /// <inheritdoc/>
    public bool AllowsDockerMediaTypes => true;

    /// <inheritdoc/>
    public async ValueTask<bool> MatchesAsync(LayerProbe probe, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(probe);
        return GzipFormat.IsGzip((await probe.ReadHeadAsync(cancellationToken).ConfigureAwait(false)).Span);
    }

    /// <inheritdoc/>
    /// <remarks>Reads any number of members with any header fields. Each member's checksum and length count; anything behind the last member, zeros included, is an error, as it is for BuildKit.</remarks>
    public Stream OpenDecoder(Stream blob)
    {
        ArgumentNullException.ThrowIfNull(blob);
        return new GzipDecodeStream(blob);
    }

    /// <inheritdoc/>
    public async Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tar);
        ArgumentNullException.ThrowIfNull(blob);
        ArgumentNullException.ThrowIfNull(options);
        var level = Levels.Resolve(options.Level, Compression);
        using var workers = OrderedWork.Workers(options);
        using var encoder = new GzipEncoder(tar, blob, level, _deflaters, workers.Value);
        return await encoder.RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
