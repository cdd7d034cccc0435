using RegistryCache.Layers;

namespace RegistryCache.Testing.Contracts;

/// <summary>Takes every blob for its own, so that damage to the first bytes reaches the decoder too.</summary>
internal sealed class InsistentCodec(ILayerCodec codec) : ILayerCodec
{
    public LayerCompression Compression => codec.Compression;

    public CompressionLevelRange? Levels => codec.Levels;

    public string MediaType => codec.MediaType;

    public string? DockerMediaType => codec.DockerMediaType;

    public ValueTask<LayerMatch> MatchAsync(LayerProbe probe, CancellationToken cancellationToken) =>
        ValueTask.FromResult(LayerMatch.Exact);

    public Stream OpenDecoder(Stream blob) => codec.OpenDecoder(blob);

    public Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken) =>
        codec.EncodeAsync(tar, blob, options, cancellationToken);
}
