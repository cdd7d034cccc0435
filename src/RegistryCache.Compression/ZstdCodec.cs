using RegistryCache.Compression.Pipeline;
using RegistryCache.Compression.Zstd;
using RegistryCache.Core.Content;
using RegistryCache.Core.Layers;

namespace RegistryCache.Compression;

/// <summary>
/// Zstandard: one frame per 4032 KiB of tar, each with its content size and checksum. Levels 1 to 22 are the reference library's own and
/// not BuildKit's four steps; 0 means 3, the default. 1 is half as fast again as 3; 10 takes about five times as long as 3, 19 about
/// thirty times. Memory per worker is some 10 MiB at 3 and some 100 MiB from 19 on.
/// </summary>
/// <remarks>Format: RFC 8878. Windows do not exceed 4 MiB; frames with windows up to 128 MiB are read.</remarks>
public sealed class ZstdCodec : ILayerCodec
{
    private const int DefaultLevel = 3;

    /// <inheritdoc/>
    public LayerCompression Compression => LayerCompression.Zstd;

    /// <inheritdoc/>
    public CompressionLevelRange Levels { get; } = new(0, 22, DefaultLevel);

    /// <inheritdoc/>
    public string MediaType => MediaTypes.OciLayerZstd;

    /// <inheritdoc/>
    public bool AllowsDockerMediaTypes => false;

    /// <inheritdoc/>
    public async ValueTask<bool> MatchesAsync(LayerProbe probe, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(probe);
        return ZstdFormat.IsZstd((await probe.ReadHeadAsync(cancellationToken).ConfigureAwait(false)).Span);
    }

    /// <inheritdoc/>
    public Stream OpenDecoder(Stream blob)
    {
        ArgumentNullException.ThrowIfNull(blob);
        return new ZstdLibrary.FrameDecoder(blob);
    }

    /// <inheritdoc/>
    public async Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tar);
        ArgumentNullException.ThrowIfNull(blob);
        ArgumentNullException.ThrowIfNull(options);
        var level = Levels.Resolve(options.Level, Compression);
        using var workers = OrderedWork.Workers(options);
        using var encoder = new ZstdEncoder(level == 0 ? DefaultLevel : level);
        return await encoder.EncodeAsync(tar, blob, workers.Value, cancellationToken).ConfigureAwait(false);
    }
}
