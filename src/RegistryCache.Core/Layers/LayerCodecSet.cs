using System.Collections.Immutable;
using RegistryCache.Core.Layers;

namespace RegistryCache.Layers;

/// <summary>
/// The codecs that are known, in the order in which they are asked whether a blob is theirs: the specific before the general, estargz
/// before gzip, and uncompressed, which takes everything, last. Immutable.
/// </summary>
internal sealed class LayerCodecSet
{
    private readonly ImmutableArray<ILayerCodec> _codecs;

    /// <summary>Creates a set.</summary>
    /// <param name="codecs">The codecs in the order of detection. Codecs of one's own usually come first.</param>
    /// <exception cref="RegistryCacheException">Two codecs have one name (<see cref="RegistryCacheErrorCode.InvalidOptions"/>).</exception>
    public LayerCodecSet(IEnumerable<ILayerCodec> codecs)
    {
        ArgumentNullException.ThrowIfNull(codecs);
        _codecs = [.. codecs];
        var names = new HashSet<LayerCompression>();
        foreach (var codec in _codecs)
        {
            ArgumentNullException.ThrowIfNull(codec, nameof(codecs));
            if (!names.Add(codec.Compression))
                throw new RegistryCacheException(RegistryCacheErrorCode.InvalidOptions, $"Two layer codecs are named {codec.Compression}: register one of them.");
        }
    }

    /// <summary>The codecs in the order of detection.</summary>
    public IReadOnlyList<ILayerCodec> Codecs => _codecs;

    /// <summary>The codec of a compression.</summary>
    /// <param name="compression">The compression.</param>
    /// <exception cref="RegistryCacheException">No codec has that name (<see cref="RegistryCacheErrorCode.UnsupportedCompression"/>).</exception>
    public ILayerCodec Get(LayerCompression compression)
    {
        foreach (var codec in _codecs)
        {
            if (codec.Compression == compression)
                return codec;
        }

        throw new RegistryCacheException(
            RegistryCacheErrorCode.UnsupportedCompression,
            $"No codec for compression {compression} is registered; there {(_codecs.Length == 0 ? "is none at all" : "are " + string.Join(", ", _codecs.Select(c => c.Compression)))}. Add the codec or choose another compression.");
    }

    /// <summary>The codec whose blobs a blob is one of, judged by its bytes.</summary>
    /// <param name="probe">The blob.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="LayerFormatException">No codec recognises the blob, or it is in a compression that has no codec, such as bzip2 or xz (<see cref="RegistryCacheErrorCode.UnsupportedCompression"/>).</exception>
    public async ValueTask<ILayerCodec> DetectAsync(LayerProbe probe, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(probe);
        foreach (var codec in _codecs)
        {
            if (!await codec.MatchesAsync(probe, cancellationToken).ConfigureAwait(false))
                continue;

            // What no other codec knows is taken for a tar, unless it is plainly something else.
            return codec.Compression == LayerCompression.Uncompressed && await NameForeignAsync(probe, cancellationToken).ConfigureAwait(false) is { } foreign
                ? throw Unsupported(probe, foreign)
                : codec;
        }

        throw Unsupported(probe, await NameForeignAsync(probe, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The first codec whose media type is the given one or its Docker or non-distributable counterpart, or <see langword="null"/>. What the label says; the bytes may differ.</summary>
    /// <param name="mediaType">A media type.</param>
    public ILayerCodec? FindByMediaType(string mediaType)
    {
        ArgumentNullException.ThrowIfNull(mediaType);
        var plain = MediaTypes.ToDistributable(MediaTypes.ToOci(mediaType));
        ILayerCodec? found = null;
        foreach (var codec in _codecs)
        {
            // Nothing in a media type tells estargz from gzip, so the name that the media type carries wins where two codecs share it.
            if (codec.MediaType == plain && (found is null || plain.EndsWith("+" + codec.Compression.Name, StringComparison.Ordinal)))
                found = codec;
        }

        return found;
    }

    private static async ValueTask<string?> NameForeignAsync(LayerProbe probe, CancellationToken cancellationToken) =>
        ForeignCompression.NameOf((await probe.ReadHeadAsync(cancellationToken).ConfigureAwait(false)).Span);

    private static LayerFormatException Unsupported(LayerProbe probe, string? name) => new(
        RegistryCacheErrorCode.UnsupportedCompression,
        name is null
            ? $"No registered codec recognises layer {probe.Descriptor.Digest}. Register the codec that wrote it."
            : $"Layer {probe.Descriptor.Digest} has an unsupported compression: {name}. Build it again with gzip or zstd, or register a codec for {name}.");
}
