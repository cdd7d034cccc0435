using RegistryCache.Core.Layers;
using RegistryCache.Layers;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Testing.Contracts;

/// <summary>One run of a rule on one codec.</summary>
internal sealed class CodecTrial(CodecRule rule, ILayerCodec codec, int? seed, CancellationToken cancellationToken)
    : ContractTrial(rule, cancellationToken)
{
    public ILayerCodec Codec => codec;

    public int? Seed => seed;

    /// <summary>Encodes a tar in memory.</summary>
    public async Task<(EncodedLayer Layer, byte[] Blob)> EncodeAsync(byte[] tar, LayerEncodeOptions? options = null)
    {
        using var blob = new MemoryStream();
        using var content = new MemoryStream(tar, writable: false);
        var layer = await Codec.EncodeAsync(content, blob, options ?? new LayerEncodeOptions(), Cancellation).ConfigureAwait(false);
        return (layer, blob.ToArray());
    }

    /// <summary>Decodes without checking any digest.</summary>
    public async Task<byte[]> DecodeAsync(byte[] blob) =>
        await ReadAllAsync(Codec.OpenDecoder(new MemoryStream(blob, writable: false))).ConfigureAwait(false);

    /// <summary>The tar that went into a blob.</summary>
    public async Task<byte[]> DecodeTarAsync(EncodedLayer layer, byte[] blob)
    {
        var end = await Codec.FindTarEndAsync(Probe(layer, blob), Cancellation).ConfigureAwait(false);
        return await DecodeAsync(end is { } length ? blob[..(int)length] : blob).ConfigureAwait(false);
    }

    /// <summary>Reads as the library does, with everything checked.</summary>
    public async Task<byte[]> ReadAsync(Descriptor descriptor, byte[] blob)
    {
        var codecs = new LayerCodecSet([new InsistentCodec(Codec)]);
        return await ReadAllAsync(
            await LayerReader.OpenAsync(descriptor, BlobSource.FromBytes(blob), codecs, limits: null, Cancellation).ConfigureAwait(false))
            .ConfigureAwait(false);
    }

    public static LayerProbe Probe(EncodedLayer layer, byte[] blob) => new(layer.ToDescriptor(), new MemoryRanges(blob));

    private async Task<byte[]> ReadAllAsync(Stream stream)
    {
        await using var _ = stream.ConfigureAwait(false);
        using var result = new MemoryStream();
        await stream.CopyToAsync(result, Cancellation).ConfigureAwait(false);
        return result.ToArray();
    }
}
