using RegistryCache.Core.Layers;
using RegistryCache.Core.Progress;
using RegistryCache.Core.Verification;
using RegistryCache.Storage;

namespace RegistryCache.Core.Healing;

/// <summary>Puts lost layers back into a store. A layer whose digest the store cannot have any more gets another blob.</summary>
internal sealed class LayerRepair(
    IContentStore store,
    LostContent lost,
    LayerConverter converter,
    LayerOptions layerOptions,
    CacheManifestForm form,
    CacheHealOptions options,
    TimeProvider time)
{
    private readonly ProgressMeter? _progress = ProgressMeter.Create(options.Progress, CachePhase.Sending, time);
    private readonly BlobCheck _check = new(store, converter.Codecs, layerOptions);

    /// <summary>For each lost layer what is there now, or <see langword="null"/> when no other place has it.</summary>
    public async Task<IReadOnlyDictionary<Digest, HealedBlob?>> RunAsync(CacheVerification found, CancellationToken cancellationToken)
    {
        var healed = new Dictionary<Digest, HealedBlob?>();
        var layers = found.Graph.ChainsParentsFirst().Select(c => c.Top).DistinctBy(l => l.Digest).ToDictionary(l => l.Digest);
        foreach (var damage in found.Damages)
        {
            var digest = damage.Digest!.Value;

            // A layer that no result needs goes when the manifest is written again.
            healed[digest] = layers.TryGetValue(digest, out var layer)
                ? await RepairAsync(layer, damage.Kind, cancellationToken).ConfigureAwait(false)
                : null;
        }

        _progress?.Complete();
        return healed;
    }

    private async Task<HealedBlob?> RepairAsync(CacheLayer layer, CacheDamageKind kind, CancellationToken cancellationToken)
    {
        // A blob with the right digest that cannot be used is the same everywhere.
        if (kind is CacheDamageKind.Missing or CacheDamageKind.WrongSize or CacheDamageKind.WrongDigest)
        {
            await foreach (var (same, from) in lost.FindBlobAsync(layer.Descriptor, cancellationToken).ConfigureAwait(false))
            {
                if (await TryAsync(() => PutBackAsync(same, kind, from, cancellationToken)).ConfigureAwait(false) is { } healed)
                    return healed;
            }
        }

        await foreach (var (other, from) in lost.FindContentAsync(layer, cancellationToken).ConfigureAwait(false))
        {
            if (form == CacheManifestForm.DockerManifestList
                && converter.Codecs.WithoutDockerType(other.Descriptor, found: null) is not null)
                continue;
            if (await TryAsync(() => SendAsync(layer, other.Descriptor, other.Content, from, cancellationToken)).ConfigureAwait(false)
                is { } healed)
                return healed;
        }

        return null;
    }

    private async Task<HealedBlob?> PutBackAsync(CacheLayer same, CacheDamageKind kind, string from, CancellationToken cancellationToken)
    {
        if (options.IsDryRun)
            return new HealedBlob(CachePart.Layer, same.Digest, same.Descriptor, from, BytesSent: 0);
        if (kind == CacheDamageKind.Missing)
        {
            var sent = await SendAsync(same, same.Descriptor, same.Content, from, cancellationToken).ConfigureAwait(false);
            if (await _check.LookAsync(same.Descriptor, cancellationToken).ConfigureAwait(false) is null)
                return sent;
        }
        else if (await store.TryReplaceBlobAsync(same.Descriptor, same.Content, cancellationToken).ConfigureAwait(false))
        {
            return new HealedBlob(CachePart.Layer, same.Digest, same.Descriptor, from, same.Descriptor.Size);
        }

        return await EncodeAsync(same, from, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HealedBlob?> SendAsync(
        CacheLayer layer, Descriptor blob, BlobSource content, string from, CancellationToken cancellationToken)
    {
        if (options.IsDryRun)
            return new HealedBlob(CachePart.Layer, layer.Digest, blob, from, BytesSent: 0);
        var (_, sent) = await store.PushBlobAsync(blob, content, _progress?.Transfer(), cancellationToken).ConfigureAwait(false);
        return new HealedBlob(CachePart.Layer, layer.Digest, blob, from, sent);
    }

    /// <summary>Encodes a layer so that its blob has another digest: with the compression that it has, and the first level that gives other
    /// bytes. A layer without compression becomes gzip.</summary>
    private async Task<HealedBlob?> EncodeAsync(CacheLayer layer, string from, CancellationToken cancellationToken)
    {
        var codec = converter.Codecs.NameOf(layer.Descriptor) is { } name && converter.Codecs.Get(name) is { Levels: not null } named
            ? named
            : converter.Codecs.Get(LayerCompression.Gzip);
        var levels = codec.Levels!;
        foreach (var level in (int[])[levels.Default, levels.Default - 1, levels.Default + 1])
        {
            var request = new LayerConversionRequest(codec.Compression, level, Force: true);
            var encoded = await converter.ConvertAsync(layer.Descriptor, layer.Content, request, cancellationToken).ConfigureAwait(false);
            await using var _ = encoded.ConfigureAwait(false);
            if (encoded.Descriptor.Digest != layer.Digest)
                return await SendAsync(layer, encoded.Descriptor, encoded.Source, from, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>Tries one place. If its copy is damaged too, the next one is tried.</summary>
    private static async Task<HealedBlob?> TryAsync(Func<Task<HealedBlob?>> repair)
    {
        try
        {
            return await repair().ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (e.Side == CacheSide.Source && BlobFault.Of(e) is not null)
        {
            return null;
        }
    }
}
