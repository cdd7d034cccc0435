using System.Collections.Concurrent;
using RegistryCache.Core.Import;
using RegistryCache.Core.Layers;
using RegistryCache.Core.Storage;
using RegistryCache.Core.Streams;
using RegistryCache.Storage;

namespace RegistryCache.Core.Export;

/// <summary>Converts and sends layers, each blob once, several at a time: the small ones first. The first error ends all.</summary>
internal sealed class LayerExporter(
    IReadOnlyList<OpenPlace> places,
    IReadOnlyList<PlaceContent?> before,
    LayerConverter converter,
    LayerConversionRequest request,
    CacheManifestForm form,
    CacheExportOptions options,
    ExportProgress progress,
    TimeProvider time)
{
    private const long SmallBytes = 1 << 20;

    /// <summary>Sends what was not sent before.</summary>
    public async Task<IReadOnlyDictionary<Digest, LayerResult>> ExportAsync(
        IEnumerable<CacheLayer> layers, IReadOnlyDictionary<Digest, LayerResult> sent, CancellationToken cancellationToken)
    {
        var distinct = layers.DistinctBy(l => l.Digest).ToList();
        var results = new ConcurrentDictionary<Digest, LayerResult>(sent);
        var missing = distinct.Where(l => !sent.ContainsKey(l.Digest)).ToLookup(IsSmall);
        foreach (var layer in missing.SelectMany(some => some))
            Expect(layer);
        await RunAsync(missing[true], options.MaxParallelSmallLayers).ConfigureAwait(false);
        await RunAsync(missing[false], options.MaxParallelLayers).ConfigureAwait(false);
        if (distinct.Exists(IsConverted))
            progress.Converting?.Complete();
        progress.Sending?.Complete();
        return distinct.ToDictionary(l => l.Digest, l => results[l.Digest]);

        Task RunAsync(IEnumerable<CacheLayer> some, int atATime)
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = atATime, CancellationToken = cancellationToken };
            return Parallel.ForEachAsync(some, parallel, async (layer, token) =>
                results[layer.Digest] = await ExportAsync(layer, token).ConfigureAwait(false));
        }
    }

    /// <summary>Counts a layer that will be sent.</summary>
    public void Expect(CacheLayer layer)
    {
        if (IsConverted(layer))
            progress.Converting?.Expect(layer.Descriptor.Size);
        progress.Sending?.Expect(layer.Descriptor.Size * places.Count);
    }

    // The compression of a target counts for the layers that this process made, unless they have it already.
    private bool IsConverted(CacheLayer layer) => request.Force
        || (request.ForOwnLayers && layer.MadeAs is { } made
            && (made.Compression != request.Compression.Name || (request.Level is { } level && level != made.Level)));

    // A conversion needs a core and a temporary file, even for a small layer.
    private bool IsSmall(CacheLayer layer) => !IsConverted(layer) && layer.Descriptor.Size < SmallBytes;

    public Task<LayerResult> ExportAsync(CacheLayer layer, CancellationToken cancellationToken) => MirroredBlob.ReadAsync(
        layer.Content, converter.SpoolDirectory, content => ExportAsync(layer, content, cancellationToken), cancellationToken);

    private async Task<LayerResult> ExportAsync(CacheLayer layer, BlobSource content, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var conversion = await converter.ConvertAsync(
            layer.Descriptor, content, request with { Progress = progress.Converting, Force = IsConverted(layer) }, cancellationToken)
            .ConfigureAwait(false);
        await using (conversion.ConfigureAwait(false))
        {
            CheckDockerType(conversion);
            var after = converter.Codecs.DescriptorIn(form, conversion.Descriptor);
            progress.Sending?.Expect((after.Size - layer.Descriptor.Size) * places.Count);
            if (IsConverted(layer) && !conversion.IsNewBlob)
                progress.Converting?.Add(layer.Descriptor.Size, layer.Digest);
            var exported = new ExportedLayer[places.Count];
            for (var i = 0; i < places.Count; i++)
            {
                var isProved = !conversion.IsNewBlob && IsProved(places[i], before[i], layer);

                var transfer = progress.Sending?.Transfer();

                // The push of a converted blob reads a local file, so every unmarked error belongs to the target.
                var push = isProved
                    ? (BlobPushOutcome.AlreadyPresent, 0)
                    : await PushAsync(places[i], after, conversion.Source, transfer, cancellationToken).ConfigureAwait(false);
                transfer?.Complete(after);
                exported[i] = new ExportedLayer(
                    layer.Descriptor, after, conversion.Decision, conversion.From, conversion.To,
                    push.Outcome, push.BytesSent, time.GetElapsedTime(start))
                {
                    IsReliedOn = isProved,
                };
            }

            return new LayerResult(layer, new CacheLayer(after, layer.Content), exported);
        }
    }

    /// <summary>Whether the place need not be asked for the blob, because a manifest in it names the blob.</summary>
    private bool IsProved(OpenPlace place, PlaceContent? content, CacheLayer layer) => options.MayRelyOn(place.Store)
        && (content?.LayerSizes.TryGetValue(layer.Digest, out var size) == true && size == layer.Descriptor.Size
            || layer.Content is StoreBlobSource or MirroredBlob && layer.Content.Origin is { } origin && origin.Equals(place.Store.Origin));

    public static async Task<(BlobPushOutcome Outcome, long BytesSent)> PushAsync(
        OpenPlace place, Descriptor blob, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            return await place.Store.PushBlobAsync(blob, source, progress, cancellationToken).ConfigureAwait(false);
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

        // BuildKit can write such caches. A layer that has Docker's types and is not converted stays as it is.
        if (!conversion.IsNewBlob && conversion.Original is { } original && MediaTypes.ToOci(original.MediaType) != original.MediaType)
            return;
        if (converter.Codecs.WithoutDockerType(conversion.Descriptor, conversion.To) is { } compression)
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.InvalidOptions,
                $"Layer {conversion.Descriptor.Digest} is {compression}, for which Docker has no media type. "
                + "Use oci-mediatypes=true, or compression=gzip,force-compression=true.");
        }
    }

    /// <summary>A layer before and after, and what was done in each place.</summary>
    internal sealed record LayerResult(CacheLayer Before, CacheLayer After, IReadOnlyList<ExportedLayer> ByPlace);
}
