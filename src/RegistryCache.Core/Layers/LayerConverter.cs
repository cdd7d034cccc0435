using RegistryCache.Core.Content;
using RegistryCache.Core.Telemetry;
using RegistryCache.Layers;

namespace RegistryCache.Core.Layers;

/// <summary>Decides for each layer whether its blob is kept or converted, and converts it: it is decoded, verified and encoded at the same
/// time, in memory that does not grow with the layer. Thread-safe. It does not remember layers: convert a shared one only once.</summary>
internal sealed class LayerConverter(LayerCodecSet codecs, LayerOptions? options = null, CacheTelemetry? telemetry = null)
{
    private readonly LayerOptions _options = options ?? new LayerOptions();
    private readonly CacheTelemetry _telemetry = telemetry ?? CacheTelemetry.Default;

    public LayerCodecSet Codecs => codecs;

    public string? SpoolDirectory => _options.SpoolDirectory;

    /// <summary>Keeps or converts one layer. Without force the blob is kept and not read. With force the result has the requested codec,
    /// judged by the bytes. If a level is given too, the blob is encoded again even if it has the right codec.</summary>
    /// <exception cref="RegistryCacheException">No such codec or level, or no codec knows the layer's media type.</exception>
    public async Task<LayerConversion> ConvertAsync(
        Descriptor layer, BlobSource content, LayerConversionRequest request, CancellationToken cancellationToken)
    {
        var labelled = Codecs.FindByMediaType(layer.MediaType);

        // No codec is needed to keep a blob, so a tool without the compression package can do it.
        if (!request.Force)
        {
            Codecs.Find(request.Compression)?.Levels?.Resolve(request.Level, request.Compression);
            return Keep(layer, content, LayerDecision.KeptWithoutForce, labelled?.Compression);
        }

        var target = Codecs.Get(request.Compression, request.Level);
        if (labelled is null && !MediaTypes.IsLayer(layer.MediaType))
            return Keep(layer, content, LayerDecision.KeptNotALayer, compression: null);

        // BuildKit reads the bytes of a layer of unknown type only for a conversion to estargz. It refuses every other one.
        if (labelled is null && target.VariantOf is null)
            throw UnknownLayerType(layer);

        var (actual, tarEnd) = await InspectAsync(layer, content, cancellationToken).ConfigureAwait(false);
        if (actual.Compression == target.Compression && (request.Level is null || target.Levels is null))
            return KeepAs(layer, content, target, labelled);
        var converted = await _telemetry.RunAsync(
            "convert", ("registrycache.layer", layer.Digest),
            () => ConvertAsync(layer, content, request, target, actual, tarEnd, cancellationToken),
            static _ => "converted").ConfigureAwait(false);
        _telemetry.Converted(actual.Compression.Name, target.Compression.Name);
        return converted;
    }

    private async Task<LayerConversion> ConvertAsync(
        Descriptor layer, BlobSource content, LayerConversionRequest request, ILayerCodec target, ILayerCodec actual, long? tarEnd,
        CancellationToken cancellationToken)
    {
        var decision = actual.Compression == target.Compression ? LayerDecision.ConvertedLevel : LayerDecision.ConvertedCodec;
        content = request.Progress?.Measure(content, layer.Digest) ?? content;
        var tar = await LayerReader.OpenTarAsync(layer, content, actual, tarEnd, _options, cancellationToken).ConfigureAwait(false);
        await using (tar.ConfigureAwait(false))
        {
            var options = new LayerEncodeOptions { Level = request.Level, Workers = _options.Workers };
            if (tar.Algorithm == DigestAlgorithm.Sha256)
            {
                options = options with
                {
                    TarDigest = () => tar.TarDigest ?? throw NotReadToItsEnd(target),
                    TarHasher = tar.TarHasher is { } hasher ? () => tar.TarDigest is null ? throw NotReadToItsEnd(target) : hasher : null,
                };
            }

            return await EncodeAsync(tar, target, options, decision, actual.Compression, layer, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Encodes a tar that has no blob yet. It is not disposed.</summary>
    /// <exception cref="RegistryCacheException">No such codec or level, or the codec cannot represent the tar.</exception>
    public Task<LayerConversion> EncodeAsync(Stream tar, LayerCompression compression, int? level, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tar);
        var options = new LayerEncodeOptions { Level = level, Workers = _options.Workers };
        var codec = Codecs.Get(compression, level);
        return EncodeAsync(tar, codec, options, LayerDecision.Encoded, from: null, original: null, cancellationToken);
    }

    private async Task<(ILayerCodec Codec, long? TarEnd)> InspectAsync(
        Descriptor layer, BlobSource content, CancellationToken cancellationToken)
    {
        var ranges = await content.OpenRangesAsync(layer, cancellationToken).ConfigureAwait(false);
        await using (ranges.ConfigureAwait(false))
        {
            var probe = new LayerProbe(layer, ranges);
            var codec = await Codecs.DetectAsync(probe, cancellationToken).ConfigureAwait(false);
            return (codec, await codec.FindTarEndAsync(probe, cancellationToken).ConfigureAwait(false));
        }
    }

    private async Task<LayerConversion> EncodeAsync(
        Stream tar,
        ILayerCodec target,
        LayerEncodeOptions options,
        LayerDecision decision,
        LayerCompression? from,
        Descriptor? original,
        CancellationToken cancellationToken)
    {
        var spool = SpoolFile.Create(_options.SpoolDirectory);
        try
        {
            var encoded = await target.EncodeAsync(tar, spool.Stream, options, cancellationToken).ConfigureAwait(false);
            var descriptor = original is null ? encoded.ToDescriptor() : ConvertedDescriptor.Create(original, encoded);
            return new LayerConversion(decision, from, target.Compression, original, descriptor, spool.ToSource(), spool);
        }
        catch
        {
            await spool.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static LayerConversion Keep(Descriptor layer, BlobSource content, LayerDecision decision, LayerCompression? compression) =>
        new(decision, compression, compression, layer, layer, content, spool: null);

    private static LayerConversion KeepAs(Descriptor layer, BlobSource content, ILayerCodec codec, ILayerCodec? labelled) =>
        labelled?.MediaType == codec.MediaType
            ? Keep(layer, content, LayerDecision.KeptSameCodec, codec.Compression)
            : new(
                LayerDecision.Relabelled, codec.Compression, codec.Compression,
                layer, layer.WithMediaType(codec.MediaType), content, spool: null);

    private static InvalidOperationException NotReadToItsEnd(ILayerCodec codec) =>
        new($"The codec {codec.Compression} asked for the digest of a tar that it had not read to its end.");

    private static RegistryCacheException UnknownLayerType(Descriptor layer) => new(
        RegistryCacheErrorCode.UnsupportedCompression,
        $"Layer {layer.Digest} has the media type '{ErrorText.Quote(layer.MediaType)}', which no registered codec knows, " +
        "so it cannot be converted. Register a codec for it, or leave force-compression off to keep it.");
}
