using System.Buffers;
using RegistryCache.Compression.Pipeline;
using RegistryCache.Layers;

namespace RegistryCache.Compression;

/// <summary>A plain tar. It accepts everything that no other codec recognises, including an empty blob.</summary>
public sealed class UncompressedCodec : ILayerCodec
{
    private const int BufferLength = 256 * 1024;

    /// <inheritdoc/>
    public LayerCompression Compression => LayerCompression.Uncompressed;

    /// <inheritdoc/>
    public CompressionLevelRange? Levels => null;

    /// <inheritdoc/>
    public string MediaType => MediaTypes.OciLayer;

    /// <inheritdoc/>
    public string? DockerMediaType => MediaTypes.DockerLayer;

    /// <inheritdoc/>
    public ValueTask<LayerMatch> MatchAsync(LayerProbe probe, CancellationToken cancellationToken) =>
        ValueTask.FromResult(LayerMatch.Fallback);

    /// <inheritdoc/>
    public Stream OpenDecoder(Stream blob) => blob;

    /// <inheritdoc/>
    public async Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tar);
        ArgumentNullException.ThrowIfNull(blob);
        using var output = new HashingWriter(blob);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            int read;
            while ((read = await tar.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var digest = output.Finish();
        return new EncodedLayer(Compression, MediaType, digest, output.Length, digest, output.Length);
    }
}
