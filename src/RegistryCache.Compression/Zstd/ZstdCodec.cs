using RegistryCache.Compression.Pipeline;
using RegistryCache.Layers;

namespace RegistryCache.Compression.Zstd;

/// <summary>Zstandard: one frame per 4032 KiB of tar, each with its content size and checksum. Levels 1 to 22 are those of the reference
/// library and not BuildKit's four steps. 0 means 3, the default. Level 1 is 1.5 times as fast as 3; level 10 takes about five times as
/// long as 3, and level 19 about thirty times. A worker needs about 10 MiB at level 3, and about 100 MiB from level 19.</summary>
/// <remarks>Format: RFC 8878. Written windows are at most 4 MiB. Windows up to <see cref="CompressionOptions.MaxZstdWindowBytes"/> can be
/// read, and need that much memory for each open layer.</remarks>
internal sealed class ZstdCodec(CompressionOptions? options = null) : ILayerCodec
{
    private const int DefaultLevel = 3;

    private readonly long _maxWindow = (options ?? new CompressionOptions()).MaxZstdWindowBytes;

    public LayerCompression Compression => LayerCompression.Zstd;

    public CompressionLevelRange Levels { get; } = new(0, 22, DefaultLevel) { BuildxTakesNearest = true };

    public string MediaType => MediaTypes.OciLayerZstd;

    public string? DockerMediaType => null;

    public async ValueTask<LayerMatch> MatchAsync(LayerProbe probe, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(probe);
        return ZstdFormat.IsZstd((await probe.ReadHeadAsync(cancellationToken).ConfigureAwait(false)).Span)
            ? LayerMatch.Generic : LayerMatch.None;
    }

    /// <inheritdoc/>
    /// <exception cref="LimitExceededException">Thrown by the returned stream: a frame has a larger window than
    /// <see cref="CompressionOptions.MaxZstdWindowBytes"/>.</exception>
    public Stream OpenDecoder(Stream blob)
    {
        ArgumentNullException.ThrowIfNull(blob);
        return new ZstdLibrary.FrameDecoder(blob, _maxWindow);
    }

    public Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken) =>
        EncodeCall.RunAsync(this, tar, blob, options, async (level, workers) =>
        {
            using var encoder = new ZstdEncoder(level == 0 ? DefaultLevel : level);
            return await encoder.EncodeAsync(tar, blob, workers, options.TarDigest, cancellationToken).ConfigureAwait(false);
        });
}
