using RegistryCache.Layers;

namespace RegistryCache.Core.Tests.Plugging;

/// <summary>A codec from outside: a magic number, and every byte of the tar turned over.</summary>
internal sealed class XorCodec : ILayerCodec
{
    public const string VendorType = "application/vnd.acme.layer.tar+xor";
    private static readonly byte[] Magic = "XOR1"u8.ToArray();

    public LayerCompression Compression => LayerCompression.FromName("xor");

    public CompressionLevelRange Levels { get; } = new(1, 3, 2);

    public string MediaType => VendorType;

    public string DockerMediaType => "application/vnd.acme.docker.layer.tar+xor";

    public async ValueTask<LayerMatch> MatchAsync(LayerProbe probe, CancellationToken cancellationToken) =>
        (await probe.ReadHeadAsync(cancellationToken)).Span.StartsWith(Magic) ? LayerMatch.Generic : LayerMatch.None;

    public Stream OpenDecoder(Stream blob)
    {
        using var bytes = new MemoryStream();
        blob.CopyTo(bytes);
        return new MemoryStream(Turn(bytes.ToArray().AsSpan(Magic.Length)));
    }

    public async Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken)
    {
        Levels.Resolve(options.Level, Compression);
        using var bytes = new MemoryStream();
        await tar.CopyToAsync(bytes, cancellationToken);
        byte[] encoded = [.. Magic, .. Turn(bytes.ToArray())];
        await blob.WriteAsync(encoded, cancellationToken);
        return new EncodedLayer(Compression, MediaType, Digest.OfBytes(encoded), encoded.Length, Digest.OfBytes(bytes.ToArray()), bytes.Length);
    }

    private static byte[] Turn(ReadOnlySpan<byte> bytes)
    {
        var turned = bytes.ToArray();
        for (var i = 0; i < turned.Length; i++)
            turned[i] ^= 0xff;
        return turned;
    }
}
