using RegistryCache.Core.Layers;

namespace RegistryCache.Layers;

/// <summary>
/// Decides for each layer whether its blob is kept or converted, and converts: decode, verify and encode overlap, memory does not grow
/// with the layer. Thread-safe; it does not remember layers, so whoever shares layers between chains converts each once.
/// </summary>
internal sealed class LayerConverter
{
    private readonly LayerCodecSet _codecs;
    private readonly LayerConverterOptions _options;

    /// <summary>Creates a converter.</summary>
    /// <param name="codecs">The codecs.</param>
    /// <param name="options">Workers, spool and limits, or <see langword="null"/> for the defaults.</param>
    public LayerConverter(LayerCodecSet codecs, LayerConverterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(codecs);
        _codecs = codecs;
        _options = options ?? new LayerConverterOptions();
    }

    /// <summary>
    /// Keeps or converts one layer. Without force a blob is kept, unread. With force it ends in the requested codec, judged by its
    /// bytes; when a level is given too, it is encoded anew even if the codec is right already.
    /// </summary>
    /// <param name="layer">The layer's blob.</param>
    /// <param name="request">What it is to become.</param>
    /// <param name="cancellationToken">Cancels the work and removes what was written.</param>
    /// <exception cref="RegistryCacheException">No such codec or level, or the layer's media type is of a kind that no codec knows.</exception>
    public async Task<LayerConversion> ConvertAsync(LayerBlob layer, LayerConversionRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(request);
        var labelled = _codecs.FindByMediaType(layer.Descriptor.MediaType);

        // Copying as it is needs no codec, so a tool without the compression package can do it.
        if (!request.Force)
        {
            _codecs.Find(request.Compression)?.Levels?.Resolve(request.Level, request.Compression);
            return Keep(layer, LayerDecision.KeptWithoutForce, labelled?.Compression);
        }

        var target = Target(request.Compression, request.Level);
        if (labelled is null && !MediaTypes.IsLayer(layer.Descriptor.MediaType))
            return Keep(layer, LayerDecision.KeptNotALayer, compression: null);

        // BuildKit converts a layer of unknown type to estargz by what it contains, and refuses to for every other target.
        if (labelled is null && target.VariantOf is null)
            throw UnknownLayerType(layer.Descriptor);

        var (actual, tarEnd) = await InspectAsync(layer, cancellationToken).ConfigureAwait(false);
        if (actual.Compression == target.Compression && (request.Level is null || target.Levels is null))
            return KeepAs(layer, target, labelled);
        var decision = actual.Compression == target.Compression ? LayerDecision.ConvertedLevel : LayerDecision.ConvertedCodec;
        var tar = await LayerReader.OpenTarAsync(layer.Descriptor, layer.Source, actual, tarEnd, _options.Reading, cancellationToken).ConfigureAwait(false);
        await using (tar.ConfigureAwait(false))
            return await EncodeAsync(tar, target, request.Level, decision, actual.Compression, layer.Descriptor, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Encodes a tar that has no blob yet.</summary>
    /// <param name="tar">The tar; not disposed.</param>
    /// <param name="compression">The codec.</param>
    /// <param name="level">The level, or <see langword="null"/> for the codec's default.</param>
    /// <param name="cancellationToken">Cancels the work and removes what was written.</param>
    /// <exception cref="RegistryCacheException">No such codec or level, or the codec cannot represent the tar.</exception>
    public Task<LayerConversion> EncodeAsync(Stream tar, LayerCompression compression, int? level, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tar);
        return EncodeAsync(tar, Target(compression, level), level, LayerDecision.Encoded, from: null, original: null, cancellationToken);
    }

    private ILayerCodec Target(LayerCompression compression, int? level)
    {
        var codec = _codecs.Get(compression);
        codec.Levels?.Resolve(level, compression);
        return codec;
    }

    private async Task<(ILayerCodec Codec, long? TarEnd)> InspectAsync(LayerBlob layer, CancellationToken cancellationToken)
    {
        var ranges = await layer.OpenRangesAsync(cancellationToken).ConfigureAwait(false);
        await using (ranges.ConfigureAwait(false))
        {
            var probe = new LayerProbe(layer.Descriptor, ranges);
            var codec = await _codecs.DetectAsync(probe, cancellationToken).ConfigureAwait(false);
            return (codec, await codec.FindTarEndAsync(probe, cancellationToken).ConfigureAwait(false));
        }
    }

    private async Task<LayerConversion> EncodeAsync(
        Stream tar, ILayerCodec target, int? level, LayerDecision decision, LayerCompression? from, Descriptor? original, CancellationToken cancellationToken)
    {
        var spool = SpoolFile.Create(_options.SpoolDirectory);
        try
        {
            var encoded = await target.EncodeAsync(
                tar, spool.Stream, new LayerEncodeOptions { Level = level, Workers = _options.Workers }, cancellationToken).ConfigureAwait(false);
            var descriptor = original is null ? encoded.ToDescriptor() : ConvertedDescriptor.Create(original, encoded);
            return new LayerConversion(decision, from, target.Compression, original, descriptor, spool.ToSource(), spool);
        }
        catch
        {
            await spool.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static LayerConversion Keep(LayerBlob layer, LayerDecision decision, LayerCompression? compression) =>
        new(decision, compression, compression, layer.Descriptor, layer.Descriptor, layer.Source, spool: null);

    private static LayerConversion KeepAs(LayerBlob layer, ILayerCodec codec, ILayerCodec? labelled)
    {
        var original = layer.Descriptor;
        if (labelled?.MediaType == codec.MediaType)
            return Keep(layer, LayerDecision.KeptSameCodec, codec.Compression);
        return new LayerConversion(
            LayerDecision.Relabelled, codec.Compression, codec.Compression, original, original.WithMediaType(codec.MediaType), layer.Source, spool: null);
    }

    private static RegistryCacheException UnknownLayerType(Descriptor layer) => new(
        RegistryCacheErrorCode.UnsupportedCompression,
        $"Layer {layer.Digest} has the media type '{ErrorText.Quote(layer.MediaType)}', which no registered codec knows, so it cannot be converted. Register a codec for it, or leave force-compression off to keep it.");
}
