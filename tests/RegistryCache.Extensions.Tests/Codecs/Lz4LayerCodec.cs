using K4os.Compression.LZ4;
using K4os.Compression.LZ4.Streams;
using RegistryCache.Layers;

namespace RegistryCache.Extensions.Tests.Codecs;

/// <summary>LZ4 frames by K4os.Compression.LZ4.Streams, with a checksum of the content.</summary>
#region codec
internal sealed class Lz4LayerCodec : ILayerCodec
{
    public static LayerCompression Name { get; } = LayerCompression.FromName("lz4");

    public LayerCompression Compression => Name;

    public CompressionLevelRange Levels { get; } = new(0, 12, 0);

    public string MediaType => "application/vnd.oci.image.layer.v1.tar+lz4";

    public string? DockerMediaType { get; init; }

    public async ValueTask<LayerMatch> MatchAsync(LayerProbe probe, CancellationToken cancellationToken) =>
        (await probe.ReadHeadAsync(cancellationToken)).Span.StartsWith(new byte[] { 0x04, 0x22, 0x4d, 0x18 }) ? LayerMatch.Generic : LayerMatch.None;

    public Stream OpenDecoder(Stream blob) => new CheckedDecoder("LZ4", LZ4Stream.Decode(blob, leaveOpen: true), blob);

    public async Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken)
    {
        var level = Levels.Resolve(options.Level, Compression);
        var settings = new LZ4EncoderSettings { CompressionLevel = (LZ4Level)(level is 1 or 2 ? 3 : level), ContentChecksum = true, BlockSize = 1 << 20 };
        await using var output = new HashedOutput(blob);
        var lz4 = LZ4Stream.Encode(output, settings, leaveOpen: true);
        await using var input = new HashedOutput(lz4);
        await FixedPieces.CopyAsync(tar, input, cancellationToken);
        await lz4.DisposeAsync();
        return new EncodedLayer(Compression, MediaType, output.Digest(), output.Length, input.Digest(), input.Length);
    }
}
#endregion
