using System.IO.Compression;
using RegistryCache.Layers;

namespace RegistryCache.Extensions.Tests.Codecs;

/// <summary>Brotli by the framework, under a media type of a vendor. RFC 7932.</summary>
internal sealed class BrotliLayerCodec : ILayerCodec
{
    public static LayerCompression Name { get; } = LayerCompression.FromName("brotli");

    public LayerCompression Compression => Name;

    public CompressionLevelRange Levels { get; } = new(0, 11, 4);

    public string MediaType => "application/vnd.example.layer.v1.tar+brotli";

    public string? DockerMediaType => null;

    /// <summary>Brotli has no magic number, so the head has to decode to the start of a tar.</summary>
    public async ValueTask<LayerMatch> MatchAsync(LayerProbe probe, CancellationToken cancellationToken)
    {
        var head = new byte[Math.Min(64 * 1024, probe.Length)];
        var length = await probe.ReadAsync(0, head, cancellationToken);
        var tar = new byte[512];
        using var decoder = new BrotliDecoder();
        decoder.Decompress(head.AsSpan(0, length), tar, out _, out var written);
        var isTar = written == tar.Length && (tar.AsSpan(257).StartsWith("ustar"u8) || !tar.AsSpan().ContainsAnyExcept((byte)0));
        return isTar ? LayerMatch.Generic : LayerMatch.None;
    }

    public Stream OpenDecoder(Stream blob) => new BrotliDecodeStream(blob);

    public async Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken)
    {
        var level = Levels.Resolve(options.Level, Compression);
        await using var output = new HashedOutput(blob);
        await using var brotli = new BrotliStream(output, new BrotliCompressionOptions { Quality = level }, leaveOpen: true);
        await using var input = new HashedOutput(brotli);
        await FixedPieces.CopyAsync(tar, input, cancellationToken);
        await brotli.DisposeAsync();
        return new EncodedLayer(Compression, MediaType, output.Digest(), output.Length, input.Digest(), input.Length);
    }
}
