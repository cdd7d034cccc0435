using System.Buffers;
using RegistryCache.Core.Content;
using RegistryCache.Core.Layers;
using RegistryCache.Core.Streams;
using RegistryCache.Layers;

namespace RegistryCache.Compression.Uncompressed;

/// <summary>A plain tar. It accepts everything that no other codec recognises, including an empty blob.</summary>
internal sealed class UncompressedCodec : ILayerCodec
{
    private const int BufferLength = 256 * 1024;

    public LayerCompression Compression => LayerCompression.Uncompressed;

    public CompressionLevelRange? Levels => null;

    public string MediaType => MediaTypes.OciLayer;

    public string? DockerMediaType => MediaTypes.DockerLayer;

    public ValueTask<LayerMatch> MatchAsync(LayerProbe probe, CancellationToken cancellationToken) =>
        ValueTask.FromResult(LayerMatch.Fallback);

    public Stream OpenDecoder(Stream blob) => blob;

    public async Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tar);
        ArgumentNullException.ThrowIfNull(blob);
        ArgumentNullException.ThrowIfNull(options);
        using var hash = options.TarDigest is null ? new DigestHasher(DigestAlgorithm.Sha256) : null;
        long length = 0;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            int read;
            while ((read = await tar.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                await blob.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                hash?.Append(buffer.AsSpan(0, read));
                length += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var digest = hash?.Current() ?? options.TarDigest!();
        if (hash is not null || tar is LayerReadStream)
            SpoolStream.MarkHashed(blob, digest);
        return new EncodedLayer(Compression, MediaType, digest, length, digest, length);
    }
}
