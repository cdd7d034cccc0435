using RegistryCache.Core.Content;
using RegistryCache.Core.Format;
using RegistryCache.Core.Import;
using RegistryCache.Layers;
using RegistryCache.Storage;

namespace RegistryCache.Core.Export;

/// <summary>Converts and sends layers, each blob once, several side by side. The first failure ends the rest.</summary>
internal sealed class LayerExporter(
    IReadOnlyList<OpenPlace> places,
    LayerConverter converter,
    LayerConversionRequest request,
    CacheManifestForm form,
    CacheExportOptions options,
    TimeProvider time)
{
    public async Task<IReadOnlyDictionary<Digest, LayerResult>> ExportAsync(IEnumerable<CacheLayer> layers, CancellationToken cancellationToken)
    {
        var distinct = layers.DistinctBy(l => l.Digest).ToList();
        var results = new LayerResult[distinct.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxParallelLayers, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, distinct.Count, parallel, async (i, token) =>
            results[i] = await ExportAsync(distinct[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        return results.ToDictionary(r => r.Before.Digest);
    }

    private async Task<LayerResult> ExportAsync(CacheLayer layer, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var conversion = await converter.ConvertAsync(layer.Descriptor, layer.Content, request, cancellationToken).ConfigureAwait(false);
        await using (conversion.ConfigureAwait(false))
        {
            CheckDockerType(conversion);
            var after = CacheManifestWriter.LayerDescriptor(form, conversion.Descriptor);
            var exported = new ExportedLayer[places.Count];
            for (var i = 0; i < places.Count; i++)
            {
                // The push of a converted blob reads a local file, so whatever fails from here on is the target's unless the source says so.
                var push = await PushAsync(places[i], after, conversion.Source, cancellationToken).ConfigureAwait(false);
                exported[i] = new ExportedLayer(
                    layer.Descriptor, after, conversion.Decision, conversion.From, conversion.To,
                    push.Outcome, push.BytesSent, time.GetElapsedTime(start));
            }

            return new LayerResult(layer, new CacheLayer(after, layer.Content), exported);
        }
    }

    private async Task<BlobPushResult> PushAsync(OpenPlace place, Descriptor blob, BlobSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await place.Store.PushBlobAsync(blob, source, options.Progress, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e)
        {
            e.Mark(CacheSide.Target);
            throw;
        }
    }

    private void CheckDockerType(LayerConversion conversion)
    {
        if (form != CacheManifestForm.DockerManifestList || options.AllowDockerTypesForAllCodecs)
            return;

        // BuildKit writes such caches where it is told to; what already has Docker's types and keeps its bytes is passed on as it is.
        if (!conversion.IsNewBlob && conversion.Original is { } original && MediaTypes.ToOci(original.MediaType) != original.MediaType)
            return;
        var descriptor = conversion.Descriptor;
        var isEStargz = conversion.To == LayerCompression.EStargz || descriptor.Annotations.ContainsKey(AnnotationKeys.StargzTocDigest);
        if (isEStargz || MediaTypes.ToOci(descriptor.MediaType) == MediaTypes.OciLayerZstd)
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.InvalidOptions,
                $"Layer {descriptor.Digest} is {(isEStargz ? "estargz" : "zstd")}, for which Docker has no media type. Use oci-mediatypes=true, or compression=gzip,force-compression=true.");
        }
    }

    /// <summary>A layer before and after, and what was done in each place.</summary>
    internal sealed record LayerResult(CacheLayer Before, CacheLayer After, IReadOnlyList<ExportedLayer> ByPlace);
}
