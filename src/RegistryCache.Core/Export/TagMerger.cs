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
    /// <param name="ours">The new cache.</param>
    /// <param name="known">What the tag holds, if it was just read.</param>
    /// <param name="dropsLost">Whether results of the tag whose layers the store has lost go, if the store refuses the move.</param>
    /// <param name="cancellationToken">Cancels the work; the tag points to a complete cache in any case.</param>
    public Task<MergedTag> MergeAsync(CacheGraph ours, PlaceContent? known, bool dropsLost, CancellationToken cancellationToken) =>
        new TagMove(place, options, time, logger) { DropsLost = dropsLost }.RunAsync<MergedTag>(
            (current, moved, _) => Task.FromResult(Next(ours, current, moved)), known, "merge into it. The layers are stored",
            cancellationToken);

    private TagStep<MergedTag> Next(CacheGraph ours, PlaceContent? current, MergedTag? moved)
    {
        place.RequireCache(current, options.OverwriteImage);
        var dated = MadeResults.DateAfter(ours, current?.Graph ?? CacheGraph.Empty, order);
        var planned = Plan(current?.Graph, dated);
        return current is { Manifest: { } manifest } && Holds(current, dated, planned)
            ? new(null, moved ?? new MergedTag(manifest, current.Config!, IsMoved: false))
            : new(planned, new MergedTag(planned.Manifest.Descriptor, planned.ConfigDescriptor, Warning: place.Loss(current)));
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
