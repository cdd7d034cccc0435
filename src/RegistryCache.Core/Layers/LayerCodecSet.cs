using System.Collections.Immutable;
using RegistryCache.Core.Errors;
using RegistryCache.Layers;

namespace RegistryCache.Core.Layers;

/// <summary>The registered codecs. Their order does not matter. Immutable.</summary>
internal sealed class LayerCodecSet
{
    /// <summary>What adds the codecs of this library.</summary>
    private const string AddAll =
        "call UseCompression() of RegistryCache.Compression on the builder of the cache, or UseCodecs with a codec of your own";

    private readonly ImmutableArray<ILayerCodec> _codecs;

    /// <exception cref="RegistryCacheException">Two codecs have one name, or one media type and neither is an
    /// <see cref="ILayerCodec.VariantOf"/> (<see cref="RegistryCacheErrorCode.InvalidOptions"/>).</exception>
    public LayerCodecSet(IEnumerable<ILayerCodec> codecs)
    {
        _codecs = [.. codecs];
        var owners = new Dictionary<string, ILayerCodec>();
        foreach (var codec in _codecs)
        {
            ArgumentNullException.ThrowIfNull(codec, nameof(codecs));
            IEnumerable<string?> types = codec.VariantOf is null ? [codec.MediaType, codec.DockerMediaType] : [codec.DockerMediaType];
            foreach (var claim in types.OfType<string>().Append($"compression={codec.Compression}"))
            {
                if (!owners.TryAdd(claim, codec))
                {
                    throw new RegistryCacheException(
                        RegistryCacheErrorCode.InvalidOptions,
                        $"Two layer codecs claim '{ErrorText.Quote(claim)}': {owners[claim].GetType().Name} and {codec.GetType().Name}. " +
                        "Register one of them.");
                }
            }
        }
    }

    public IReadOnlyList<ILayerCodec> Codecs => _codecs;

    /// <exception cref="RegistryCacheException">Unknown name (<see cref="RegistryCacheErrorCode.UnsupportedCompression"/>).</exception>
    public ILayerCodec Get(LayerCompression compression) => Find(compression) ?? throw new RegistryCacheException(
        RegistryCacheErrorCode.UnsupportedCompression,
        Unknown(compression) + (Nearest(compression) is { } nearest
            ? $". Did you mean '{nearest}'?"
            : _codecs.IsEmpty ? "." : ". Add a codec for it with UseCodecs on the builder of the cache, or choose another compression."));

    /// <summary>The codec of a compression, which has the level.</summary>
    /// <exception cref="RegistryCacheException">Unknown name or level.</exception>
    public ILayerCodec Get(LayerCompression compression, int? level)
    {
        var codec = Get(compression);
        codec.Levels?.Resolve(level, compression);
        return codec;
    }

    public ILayerCodec? Find(LayerCompression compression) => _codecs.FirstOrDefault(c => c.Compression == compression);

    /// <summary>The codec that wrote a blob, judged by the blob's bytes.</summary>
    /// <exception cref="LayerFormatException">No codec recognises the blob, or its compression has no codec, as bzip2 or xz
    /// (<see cref="RegistryCacheErrorCode.UnsupportedCompression"/>).</exception>
    public async ValueTask<ILayerCodec> DetectAsync(LayerProbe probe, CancellationToken cancellationToken)
    {
        var labelled = FindByMediaType(probe.Descriptor.MediaType);
        ILayerCodec? best = null;
        var certainty = LayerMatch.None;
        foreach (var codec in _codecs)
        {
            var match = await codec.MatchAsync(probe, cancellationToken).ConfigureAwait(false);
            if (match > certainty || (match == certainty && match != LayerMatch.None && codec == labelled))
                (best, certainty) = (codec, match);
        }

        // A blob that no codec recognises is read as a tar, unless its first bytes are those of another compression.
        if (best is not null && certainty > LayerMatch.Fallback)
            return best;
        var foreign = ForeignCompression.NameOf((await probe.ReadHeadAsync(cancellationToken).ConfigureAwait(false)).Span);
        return best is not null && foreign is null ? best : throw Unsupported(probe, foreign);
    }

    /// <summary>The codec of a media type or of its Docker or non-distributable counterpart, or <see langword="null"/>; never a variant if
    /// there is a codec without variants. The bytes of a blob may be of another codec.</summary>
    public ILayerCodec? FindByMediaType(string mediaType)
    {
        var plain = MediaTypes.ToDistributable(MediaTypes.ToOci(mediaType));
        return _codecs.Where(c => c.MediaType == plain || c.DockerMediaType == mediaType)
            .OrderBy(c => c.VariantOf is not null).FirstOrDefault();
    }

    /// <summary>The descriptor of a layer in a manifest of a form: distributable unless it has other sources. If no codec knows the media
    /// type, only the types of OCI and Docker have a counterpart.</summary>
    public Descriptor DescriptorIn(CacheManifestForm form, Descriptor layer)
    {
        var codec = FindAnnounced(layer);
        var type = codec is { DockerMediaType: { } own } && own == layer.MediaType ? codec.MediaType : MediaTypes.ToOci(layer.MediaType);
        if (layer.Urls.IsEmpty)
            type = MediaTypes.ToDistributable(type);
        if (form == CacheManifestForm.DockerManifestList)
            type = codec is { DockerMediaType: { } docker } && codec.MediaType == type ? docker : MediaTypes.ToDocker(type);
        return layer.WithMediaType(type);
    }

    /// <summary>The compression for which Docker has no media type, by the descriptor or by the bytes (<paramref name="found"/>) of a
    /// layer; <see langword="null"/> when Docker has one.</summary>
    public LayerCompression? WithoutDockerType(Descriptor layer, LayerCompression? found)
    {
        var announced = FindAnnounced(layer);

        // Without a zstd codec too: Docker's type for zstd was invented by BuildKit.
        if (announced is null && MediaTypes.ToOci(layer.MediaType) == MediaTypes.OciLayerZstd)
            return LayerCompression.Zstd;
        ILayerCodec?[] codecs = [announced, found is { } compression ? Find(compression) : null];
        return codecs.FirstOrDefault(c => c is { DockerMediaType: null })?.Compression;
    }

    /// <summary>The compression that a layer's descriptor names; <see langword="null"/> when no codec knows it.</summary>
    public LayerCompression? NameOf(Descriptor layer) => FindAnnounced(layer)?.Compression;

    /// <summary>The codec that an annotation of the descriptor names, see <see cref="ILayerCodec.IsAnnouncedBy"/>.</summary>
    public ILayerCodec? AnnouncedBy(Descriptor layer) => _codecs.FirstOrDefault(c => c.IsAnnouncedBy(layer));

    private ILayerCodec? FindAnnounced(Descriptor layer) => AnnouncedBy(layer) ?? FindByMediaType(layer.MediaType);

    /// <summary>The problem with a compression that has no codec, with the names that have one.</summary>
    internal string Unknown(LayerCompression compression) => _codecs switch
    {
        [] => $"compression={compression} cannot be used, because no codec is registered: {AddAll}",
        [var only] => $"compression is {only.Compression}, not '{compression}'",
        _ => $"compression is {string.Join(", ", _codecs.SkipLast(1).Select(c => c.Compression))} or {_codecs[^1].Compression}, " +
            $"not '{compression}'",
    };

    internal string? Nearest(LayerCompression compression) => NearestName.Of(compression.Name, _codecs.Select(c => c.Compression.Name));

    private LayerFormatException Unsupported(LayerProbe probe, string? name) => new(
        RegistryCacheErrorCode.UnsupportedCompression,
        name is null
            ? $"No registered codec recognises layer {probe.Descriptor.Digest}. "
              + (_codecs.IsEmpty ? $"To add codecs, {AddAll}." : "Add the codec that wrote it with UseCodecs on the builder of the cache.")
            : $"Layer {probe.Descriptor.Digest} has an unsupported compression: {name}. " +
              $"Build it again with gzip or zstd, or add a codec for {name} with UseCodecs on the builder of the cache.");
}
