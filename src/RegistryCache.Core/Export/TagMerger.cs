using System.Globalization;
using Microsoft.Extensions.Logging;
using RegistryCache.Core.Diagnostics;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Import;
using RegistryCache.Storage;

namespace RegistryCache.Core.Export;

/// <summary>Moves a tag to the union of its cache and a new one, whose layers are already in the store. Several writers can do this at the
/// same time without losing records. See docs/adr/0070-writers-that-meet-on-one-tag.md.</summary>
internal sealed class TagMerger(
    OpenPlace place,
    ExportPlanner planner,
    CacheExportOptions options,
    CacheFormatLimits limits,
    ResultOrder order,
    TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxBackOff = TimeSpan.FromSeconds(10);

    public async Task<MergedTag> MergeAsync(CacheGraph ours, PlaceContent? known, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= options.MaxMergeAttempts; attempt++)
        {
            if (attempt > 1)
            {
                SessionLog.MergeRetried(logger, place.Store.DisplayName, place.Tag, attempt);
                await Task.Delay(BackOff(attempt), time, cancellationToken).ConfigureAwait(false);
            }

            var current = known = await place.ReadAsync(known, cancellationToken).ConfigureAwait(false);
            place.RequireCache(current, options.OverwriteImage);
            var dated = MadeResults.DateAfter(ours, current?.Graph ?? CacheGraph.Empty, order);
            var planned = Plan(current?.Graph, dated);
            if (current is { Manifest: { } manifest } && Holds(current, dated, planned))
                return new MergedTag(manifest, current.Config!, IsMoved: false);
            if (!await TryMoveAsync(planned, current, cancellationToken).ConfigureAwait(false))
                continue;
            await place.RequireReadableAsync(current, cancellationToken).ConfigureAwait(false);
            if (IsConditional || await SettlesAsync(dated, planned, cancellationToken).ConfigureAwait(false))
                return new MergedTag(planned.Manifest.Descriptor, planned.ConfigDescriptor, Warning: place.Loss(current));
        }

        throw new CacheStorageException(
            RegistryCacheErrorCode.TagContended,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Other writers kept moving {place} during {options.MaxMergeAttempts} attempts to merge into it. The layers are stored; "
                + $"try again later, or spread the writers over several tags."))
        {
            IsTransient = true,
        };
    }

    private bool IsConditional => place.Store.Capabilities.HasFlag(StoreCapabilities.ConditionalTags);

    private async Task<bool> TryMoveAsync(PlannedExport planned, PlaceContent? current, CancellationToken cancellationToken)
    {
        var expected = current?.Digest;
        var config = BlobSource.FromBytes(planned.Config.Json);
        await place.Store.PushBlobAsync(planned.ConfigDescriptor, config, options.Progress, cancellationToken).ConfigureAwait(false);
        if (current is not null && expected is null)
        {
            // The manifest cannot be read and its digest is not known, so there is nothing to compare with and nothing to lose.
            await place.Store.PushManifestAsync(planned.Manifest, place.Tag, cancellationToken).ConfigureAwait(false);
            return true;
        }

        if (IsConditional)
            return await place.Store.TryPushManifestAsync(planned.Manifest, place.Tag, expected, cancellationToken).ConfigureAwait(false);

        // The protocol cannot move a tag conditionally, so the tag is checked as late as possible, and again after the settle time.
        if (current?.Problem is null)
        {
            var now = await place.Store.ResolveManifestAsync(ManifestReference.ByTag(place.Tag), cancellationToken).ConfigureAwait(false);
            if (now?.Digest != expected)
                return false;
        }

        await place.Store.PushManifestAsync(planned.Manifest, place.Tag, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Waits until every writer that has not seen our cache has moved the tag. Then looks for our records there.</summary>
    private async Task<bool> SettlesAsync(CacheGraph ours, PlannedExport written, CancellationToken cancellationToken)
    {
        await Task.Delay(options.MergeSettleTime, time, cancellationToken).ConfigureAwait(false);
        var known = new PlaceContent(written.Manifest.Descriptor.Digest) { Config = written.ConfigDescriptor };
        var current = await place.ReadAsync(known, cancellationToken).ConfigureAwait(false);
        return current == known || current is { Graph: { } graph } && Holds(current, ours, Plan(graph, ours));
    }

    private bool Holds(PlaceContent current, CacheGraph ours, PlannedExport united) => current is { Config: { } config, Graph: { } graph }
        && (united.ConfigDescriptor.Digest == config.Digest || GraphContainment.Contains(graph, ours, order));

    private PlannedExport Plan(CacheGraph? current, CacheGraph ours)
    {
        var builder = new CacheGraphBuilder(limits.MaxMergeSteps);
        if (current is not null)
            builder.AddGraph(current);
        builder.AddGraph(ours);
        var union = GraphRewrite.BestResultsOnly(builder.Build(), order);
        return planner.Plan(options.Keep?.KeepIn(union, order) ?? union);
    }

    // A random time, so that writers that met once do not meet again.
    private static TimeSpan BackOff(int attempt)
    {
        var most = Math.Min(MaxBackOff.TotalMilliseconds, FirstBackOff.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 16)));
        return TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * most);
    }
}
