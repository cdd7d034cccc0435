using RegistryCache.Core.Layers;
using RegistryCache.Core.Progress;
using RegistryCache.Layers;

namespace RegistryCache.Core.Statistics;

/// <summary>Reads layers, and encodes them on the way if another compression is to be tried. Each is read once; nothing is kept.</summary>
internal sealed class LayerSample(LayerCodecSet codecs, LayerOptions layerOptions, LayerCompression? trial, int? level)
{
    private readonly ILayerCodec? _codec = trial is { } compression ? codecs.Get(compression) : null;

    /// <summary>What one layer decompresses to, and what it would weigh.</summary>
    public async Task<(long Uncompressed, long Encoded)> ReadAsync(
        CacheLayer layer, ProgressMeter? progress, CancellationToken cancellationToken)
    {
        var content = progress?.Measure(layer.Content, layer.Digest) ?? layer.Content;
        var tar = await LayerReader.OpenAsync(layer.Descriptor, content, codecs, layerOptions, cancellationToken)
            .ConfigureAwait(false);
        await using (tar.ConfigureAwait(false))
        {
            if (_codec is null)
            {
                await tar.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
                return (tar.Position, 0);
            }

            var options = new LayerEncodeOptions { Level = level, Workers = layerOptions.Workers };
            var encoded = await _codec.EncodeAsync(tar, Stream.Null, options, cancellationToken).ConfigureAwait(false);
            return (tar.Position, encoded.Size);
        }
    }
}
