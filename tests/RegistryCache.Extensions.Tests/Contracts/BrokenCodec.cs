using RegistryCache.Extensions.Tests.Codecs;
using RegistryCache.Layers;

namespace RegistryCache.Extensions.Tests.Contracts;

/// <summary>A good codec that does one thing wrong.</summary>
internal sealed class BrokenCodec : ILayerCodec
{
    private readonly Lz4LayerCodec _inner = new();

    public delegate Task<EncodedLayer> Encoding(ILayerCodec good, Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken);

    public Encoding? Encode { get; init; }

    public Func<ILayerCodec, Stream, Stream>? Decode { get; init; }

    public LayerMatch? Match { get; init; }

    public LayerCompression Compression => _inner.Compression;

    public CompressionLevelRange? Levels { get; init; } = new Lz4LayerCodec().Levels;

    public string MediaType => _inner.MediaType;

    public string? DockerMediaType => null;

    public async ValueTask<LayerMatch> MatchAsync(LayerProbe probe, CancellationToken cancellationToken) =>
        Match ?? await _inner.MatchAsync(probe, cancellationToken);

    public Stream OpenDecoder(Stream blob) => Decode?.Invoke(_inner, blob) ?? _inner.OpenDecoder(blob);

    public Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken) =>
        Encode?.Invoke(_inner, tar, blob, options, cancellationToken) ?? _inner.EncodeAsync(tar, blob, options, cancellationToken);
}
