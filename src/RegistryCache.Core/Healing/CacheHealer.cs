using Microsoft.Extensions.Logging;
using RegistryCache.Core.Export;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Import;
using RegistryCache.Core.Layers;
using RegistryCache.Core.Verification;

namespace RegistryCache.Core.Healing;

/// <summary>Verifies a cache, puts back what other places have, and takes away the results that still cannot be loaded.</summary>
internal sealed class CacheHealer(
    OpenPlace place,
    CacheSource source,
    IReadOnlyList<OpenPlace> others,
    LayerConverter converter,
    LayerOptions layerOptions,
    CacheFormatLimits limits,
    CacheExportOptions exportOptions,
    TimeProvider time,
    ILogger logger)
{
    private const int Documents = 2;

    private readonly LostContent _lost = new(others);

    public async Task<CacheHealing> RunAsync(CacheHealOptions options, CancellationToken cancellationToken)
    {
        var view = place;
        var (found, content) = await VerifyAsync(view, options, cancellationToken).ConfigureAwait(false);
        var first = found;
        var putBack = new List<HealedBlob>();

        // First the manifest, and then the config that it names: what comes after them can be seen only with them.
        for (var i = 0; i < Documents && found.Damages is [{ Part: not CachePart.Layer } damage]; i++)
        {
            if (await FindDocumentAsync(view, content!, damage, cancellationToken).ConfigureAwait(false) is not var (patched, from))
                return Done(first, options, putBack) with { Error = Unreadable(damage) };
            view = place.Through(patched);
            putBack.Add(new HealedBlob(damage.Part, damage.Digest!.Value, from.Now, from.Place, BytesSent: 0));
            (found, content) = await VerifyAsync(view, options, cancellationToken).ConfigureAwait(false);
        }

        if (!found.IsHit || found.IsSound && putBack.Count == 0)
            return Done(first, options, putBack) with { Manifest = found.Manifest };
        if (content!.Config is null)
        {
            return Done(first, options, putBack) with
            {
                Error = new RegistryCacheException(
                    RegistryCacheErrorCode.TagNotCache, $"{place} is a cache inside an image. Build the image again."),
            };
        }

        var repair = new LayerRepair(place.Store, _lost, converter, layerOptions, content.Form!.Value, options, time);
        var layers = await repair.RunAsync(found, cancellationToken).ConfigureAwait(false);
        var change = new HealedGraph(
            layers.Where(l => l.Value?.Now.Digest != l.Key).ToDictionary(
                l => l.Key, l => l.Value is { } healed ? place.Layer(healed.Now) : null),
            isDated: false);
        var isSameManifest = change.Of(content) is null;
        if (putBack.Count > 0)
            first = found with { Damages = [.. first.Damages, .. found.Damages] };
        var report = Done(first, options, putBack) with
        {
            PutBack = [.. putBack, .. layers.Values.OfType<HealedBlob>()],
            Removed = change.RemovedFrom(found.Graph),
            IsMoved = !isSameManifest,
            Manifest = isSameManifest ? content.Manifest : null,
        };
        var rewriter = Rewriter(content.Form.Value, view);
        try
        {
            if (options.IsDryRun)
            {
                // What the healing would refuse is refused here too.
                if (change.Of(content) is { } changed)
                    rewriter.Plan(changed);
                return report;
            }

            if (isSameManifest && await PutDocumentsBackAsync(view, putBack, cancellationToken).ConfigureAwait(false))
                return report;
            var tag = await rewriter
                .RewriteAsync(isSameManifest ? change.Dated().Of : change.Of, content, cancellationToken).ConfigureAwait(false);
            return report with { Manifest = tag.Manifest, IsMoved = tag.IsMoved };
        }
        catch (RegistryCacheException e) when (e.Code == RegistryCacheErrorCode.ResultNotLoadable)
        {
            return report with { Error = e, IsMoved = false, Manifest = content.Manifest, Removed = [] };
        }
    }

    private Task<(CacheVerification Report, PlaceContent? Content)> VerifyAsync(
        OpenPlace view, CacheHealOptions options, CancellationToken cancellationToken) =>
        new CacheVerifier(view, source, converter.Codecs, layerOptions, time).RunAsync(options.Verify, cancellationToken);

    private static CacheHealing Done(CacheVerification found, CacheHealOptions options, IReadOnlyList<HealedBlob> putBack) =>
        new(found) { IsDryRun = options.IsDryRun, PutBack = [.. putBack] };

    private RegistryCacheException Unreadable(CacheDamage damage) => new(
        RegistryCacheErrorCode.ResultNotLoadable,
        $"The {(damage.Part == CachePart.Config ? "config" : "manifest")} of {place} cannot be used, and no other source has it, so "
        + $"nothing of the cache can be read. Copy another cache to the tag, or export it again. {damage.Detail}");

    private async Task<(PatchedStore Store, (Descriptor Now, string Place) From)?> FindDocumentAsync(
        OpenPlace view, PlaceContent content, CacheDamage damage, CancellationToken cancellationToken)
    {
        var patched = view.Store as PatchedStore ?? new PatchedStore(place.Store);
        if (damage.Part == CachePart.Manifest)
        {
            return damage.Digest is { } digest
                && await _lost.FindManifestAsync(digest, limits.MaxManifestBytes, cancellationToken).ConfigureAwait(false)
                    is var (manifest, from)
                ? (new PatchedStore(place.Store) { Manifest = manifest, Config = patched.Config }, (manifest.Descriptor, from))
                : null;
        }

        var config = content.NamedConfig!;
        await foreach (var (blob, from) in _lost.FindBlobAsync(config, cancellationToken).ConfigureAwait(false))
        {
            var repaired = new PatchedStore(place.Store) { Manifest = patched.Manifest, Config = (config, blob.Content) };
            if ((await place.Through(repaired).ReadAsync(known: null, cancellationToken).ConfigureAwait(false))?.Problem is null)
                return (repaired, (config, from));
        }

        return null;
    }

    /// <summary>Stores the config and the manifest again. A registry may keep damaged ones.</summary>
    private async Task<bool> PutDocumentsBackAsync(OpenPlace view, List<HealedBlob> putBack, CancellationToken cancellationToken)
    {
        if (view.Store is not PatchedStore patched)
            return true;
        try
        {
            if (patched.Config is var (config, content))
                await place.Store.PushBlobAsync(config, content, progress: null, cancellationToken).ConfigureAwait(false);
            if (patched.Manifest is { } manifest
                && !await place.Store.TryPushManifestAsync(manifest, place.Tag, manifest.Descriptor.Digest, cancellationToken)
                    .ConfigureAwait(false))
                return false;
        }
        catch (RegistryCacheException e) when (e.Code == RegistryCacheErrorCode.StorageFailure)
        {
            // The store keeps what it has. If it cannot be written at all, the rewrite that follows says so.
            return false;
        }

        return (await place.ReadAsync(known: null, cancellationToken).ConfigureAwait(false))?.Problem is null;
    }

    private TagRewriter Rewriter(CacheManifestForm form, OpenPlace view)
    {
        var order = ResultOrder.At(time.GetUtcNow(), limits.MaxClockSkew);
        var planner = new ExportPlanner(new PlaceTarget(source, form), converter.Codecs, exportOptions, limits, order);
        return new TagRewriter(view, planner, order, new TagMove(view, exportOptions, time, logger));
    }
}
