using RegistryCache.Core.Errors;
using RegistryCache.Core.Streams;
using RegistryCache.Layers;

namespace RegistryCache.Core.Layers;

/// <summary>The one way to read a layer: decoded by what its bytes are, whatever its media type claims, with blob digest, format checksums,
/// completeness, limits and diffID checked on the way.</summary>
internal static class LayerReader
{
    /// <summary>Opens a layer's tar. For estargz the table of contents follows behind the tar's end, as the diffID counts it.</summary>
    /// <param name="layer">The blob's descriptor. Its <c>containerd.io/uncompressed</c> annotation is the diffID to
    /// check; where that is absent or not a digest, only the blob digest is checked.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="codecs">The codecs.</param>
    /// <param name="limits">Limits, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels opening.</param>
    /// <returns>A stream that raises <see cref="ContentMismatchException"/>, <see cref="LayerFormatException"/> or
    /// <see cref="LimitExceededException"/> instead of ending when something is wrong.</returns>
    public static async Task<LayerReadStream> OpenAsync(
        Descriptor layer, BlobSource blob, LayerCodecSet codecs, LayerDecodeLimits? limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(codecs);
        var verified = await blob.OpenVerifiedAsync(layer, cancellationToken).ConfigureAwait(false);
        try
        {
            var head = new byte[LayerProbe.EdgeLength];
            var length = await verified.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            var codec = await codecs.DetectAsync(new LayerProbe(layer, head.AsMemory(0, length)), cancellationToken).ConfigureAwait(false);
            return new LayerReadStream(
                layer, codec, new PrefixedStream(head.AsMemory(0, length), verified), tarEnd: null, limits ?? new LayerDecodeLimits());
        }
        catch
        {
            await verified.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens what a conversion copies: the tar up to where the codec's own additions begin. The rest is read and checked
    /// before the stream ends.</summary>
    internal static async Task<LayerReadStream> OpenTarAsync(
        Descriptor layer, BlobSource blob, ILayerCodec codec, long? tarEnd, LayerDecodeLimits limits, CancellationToken cancellationToken)
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
