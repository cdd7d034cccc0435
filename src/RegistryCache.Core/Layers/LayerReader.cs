using RegistryCache.Core.Streams;
using RegistryCache.Layers;

namespace RegistryCache.Core.Layers;

/// <summary>The one way to read a layer: decoded by its bytes, not by its media type, with checks of digests, length and limits.</summary>
internal static class LayerReader
{
    /// <summary>Opens a layer's tar. For estargz the table of contents follows after the tar, because the diffID includes it. If the
    /// descriptor has no diffID, only the digest of the blob is checked.</summary>
    public static async Task<LayerReadStream> OpenAsync(
        Descriptor layer, BlobSource blob, LayerCodecSet codecs, LayerOptions? limits, CancellationToken cancellationToken)
    {
        var verified = await blob.OpenVerifiedAsync(layer, cancellationToken).ConfigureAwait(false);
        try
        {
            var head = new byte[LayerProbe.EdgeLength];
            var length = await verified.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            var codec = await codecs.DetectAsync(new LayerProbe(layer, head.AsMemory(0, length)), cancellationToken).ConfigureAwait(false);
            return new LayerReadStream(
                layer, codec, new PrefixedStream(head.AsMemory(0, length), verified), tarEnd: null, limits ?? new LayerOptions());
        }
        catch
        {
            await verified.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens what a conversion copies: the tar without the codec's additions. These are read and checked before the end.</summary>
    public static async Task<LayerReadStream> OpenTarAsync(
        Descriptor layer, BlobSource blob, ILayerCodec codec, long? tarEnd, LayerOptions limits, CancellationToken cancellationToken)
    {
        var verified = await blob.OpenVerifiedAsync(layer, cancellationToken).ConfigureAwait(false);
        try
        {
            return new LayerReadStream(layer, codec, verified, tarEnd, limits);
        }
        catch
        {
            await verified.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
