using Microsoft.Extensions.Logging;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Import;

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
    private readonly TagMove _move = new(place, options, time, logger);

    public async Task<MergedTag> MergeAsync(CacheGraph ours, PlaceContent? known, CancellationToken cancellationToken)
    {
        while (await _move.NextAttemptAsync(cancellationToken).ConfigureAwait(false))
        {
            var current = known = await place.ReadAsync(known, cancellationToken).ConfigureAwait(false);
            place.RequireCache(current, options.OverwriteImage);
            var dated = MadeResults.DateAfter(ours, current?.Graph ?? CacheGraph.Empty, order);
            var planned = Plan(current?.Graph, dated);
            if (current is { Manifest: { } manifest } && Holds(current, dated, planned))
                return new MergedTag(manifest, current.Config!, IsMoved: false);
            if (!await _move.TryAsync(planned, current, cancellationToken).ConfigureAwait(false))
                continue;
            await place.RequireReadableAsync(current, cancellationToken).ConfigureAwait(false);
            if (_move.IsFinal || await SettlesAsync(dated, planned, cancellationToken).ConfigureAwait(false))
                return new MergedTag(planned.Manifest.Descriptor, planned.ConfigDescriptor, Warning: place.Loss(current));
        }

        throw _move.Contended("merge into it. The layers are stored");
    }

    /// <summary>Waits until every writer that has not seen our cache has moved the tag. Then looks for our records there.</summary>
    private async Task<bool> SettlesAsync(CacheGraph ours, PlannedExport written, CancellationToken cancellationToken)
    {
        var (current, isOurs) = await _move.SettleAsync(written, cancellationToken).ConfigureAwait(false);
        return isOurs || current is { Graph: { } graph } && Holds(current, ours, Plan(graph, ours));
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
}
