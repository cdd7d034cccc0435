using System.Globalization;
using Microsoft.Extensions.Logging;
using RegistryCache.Core.Diagnostics;
using RegistryCache.Core.Format;
using RegistryCache.Core.Graph;
using RegistryCache.Storage;

namespace RegistryCache.Core.Export;

/// <summary>
/// Moves a tag to the union of the cache that it points at and a new one, whose layers are in the store already, so that writers who
/// meet on the tag lose nothing. See docs/adr/0070-writers-that-meet-on-one-tag.md.
/// </summary>
internal sealed class TagMerger(
    ExportPlace place, Func<CacheGraph, PlannedExport> plan, CacheExportOptions options, ResultOrder order, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxBackOff = TimeSpan.FromSeconds(10);

    public async Task<MergedTag> MergeAsync(CacheGraph ours, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= options.MaxMergeAttempts; attempt++)
        {
            if (attempt > 1)
            {
                SessionLog.MergeRetried(logger, place.Store.DisplayName, place.Tag, attempt);
                await Task.Delay(BackOff(attempt), time, cancellationToken).ConfigureAwait(false);
            }

            var current = await place.ReadTagAsync(true, cancellationToken).ConfigureAwait(false);
            place.RequireCache(current, options.OverwriteImage);
            var dated = MadeResults.DateAfter(ours, current?.Graph ?? CacheGraph.Empty, order);
            var planned = plan(Union(current?.Graph, dated));
            if (current is { Manifest: { } manifest } && Holds(current, dated, planned))
                return new MergedTag(manifest, current.Config!, IsMoved: false);
            if (!await TryMoveAsync(planned, current, cancellationToken).ConfigureAwait(false))
                continue;
            await place.RequireReadableAsync(current, cancellationToken).ConfigureAwait(false);
            if (place.Store.Capabilities.HasFlag(StoreCapabilities.ConditionalTags) || await SettlesAsync(dated, cancellationToken).ConfigureAwait(false))
                return new MergedTag(planned.Manifest.Descriptor, planned.ConfigDescriptor, Warning: current?.Loss(place.Tag, place.Store.DisplayName));
        }

        throw new CacheStorageException(
            RegistryCacheErrorCode.TagContended,
            string.Create(CultureInfo.InvariantCulture, $"Other writers kept moving {place.Tag} in {place.Store.DisplayName} during {options.MaxMergeAttempts} attempts to merge into it. The layers are stored; try again later, or spread the writers over several tags."))
        {
            IsTransient = true,
        };
    }

    private async Task<bool> TryMoveAsync(PlannedExport planned, TagContent? current, CancellationToken cancellationToken)
    {
        var expected = current?.Digest;
        var config = BlobSource.FromBytes(planned.Config.Json);
        await place.Store.PushBlobAsync(planned.ConfigDescriptor, config, options.Progress, cancellationToken).ConfigureAwait(false);
        if (current is not null && expected is null)
        {
            // A broken manifest that does not even tell its digest: there is nothing to compare with, and nothing to lose.
            await place.Store.PushManifestAsync(planned.Manifest, place.Tag, cancellationToken).ConfigureAwait(false);
            return true;
        }

        if (place.Store.Capabilities.HasFlag(StoreCapabilities.ConditionalTags))
            return await place.Store.TryPushManifestAsync(planned.Manifest, place.Tag, expected, cancellationToken).ConfigureAwait(false);

        // The protocol has no condition, so the tag is looked at as late as possible; what slips through is found when it settles.
        if (current?.Problem is null)
        {
            var now = await place.Store.ResolveManifestAsync(ManifestReference.ByTag(place.Tag), cancellationToken).ConfigureAwait(false);
            if (now?.Digest != expected)
                return false;
        }

        await place.Store.PushManifestAsync(planned.Manifest, place.Tag, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Waits until a writer who has not seen ours must have moved the tag, and looks whether ours is still there.</summary>
    private async Task<bool> SettlesAsync(CacheGraph ours, CancellationToken cancellationToken)
    {
        await Task.Delay(options.MergeSettleTime, time, cancellationToken).ConfigureAwait(false);
        var current = await place.ReadTagAsync(true, cancellationToken).ConfigureAwait(false);
        return current is not null && Holds(current, ours, plan(Union(current.Graph, ours)));
    }

    // Both sides were read or written by this merge: the config of the tag by its content, our layers when they were pushed.
    private bool Holds(TagContent current, CacheGraph ours, PlannedExport united) =>
        current.Config is { } config && (united.ConfigDescriptor.Digest == config.Digest || GraphContainment.Contains(current.Graph, ours, order));

    private CacheGraph Union(CacheGraph? current, CacheGraph ours)
    {
        var builder = new CacheGraphBuilder();
        if (current is not null)
            builder.AddGraph(current);
        builder.AddGraph(ours);
        return GraphRewrite.BestResultsOnly(builder.Build(), order);
    }

    // Full jitter: writers that met once should not meet again.
    private static TimeSpan BackOff(int attempt)
    {
        var most = Math.Min(MaxBackOff.TotalMilliseconds, FirstBackOff.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 16)));
        return TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * most);
    }
}
