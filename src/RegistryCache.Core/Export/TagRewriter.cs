using RegistryCache.Core.Graph;
using RegistryCache.Core.Import;

namespace RegistryCache.Core.Export;

/// <summary>Moves a tag to what a change makes of its cache. If another writer has moved the tag, the change is made again on what that
/// writer left, until there is nothing to change: then nothing of other writers is lost, and nothing that was taken away is back.</summary>
internal sealed class TagRewriter(OpenPlace place, ExportPlanner planner, ResultOrder order, TagMove move)
{
    /// <summary>The manifest at the end, and whether the tag was moved.</summary>
    /// <param name="change">The new cache, or <see langword="null"/> when there is nothing to change.</param>
    /// <param name="known">What the tag holds, if it was just read.</param>
    /// <param name="cancellationToken">Cancels the work; the tag points to a complete cache in any case.</param>
    /// <exception cref="RegistryCacheException">The tag does not hold a cache that can be read, or nothing would be left of it.</exception>
    public Task<MergedTag> RewriteAsync(
        Func<PlaceContent, CacheGraph?> change, PlaceContent? known, CancellationToken cancellationToken) => move.RunAsync<MergedTag>(
            (current, moved, _) => Task.FromResult(Next(change, current, moved)), known, "change it", cancellationToken);

    private TagStep<MergedTag> Next(Func<PlaceContent, CacheGraph?> change, PlaceContent? current, MergedTag? moved)
    {
        place.RequireCache(current, "Name a tag with a cache.");
        if (current?.Graph is null)
            throw current?.Problem ?? new ContentNotFoundException(place.Tag, place.Store.DisplayName);
        if (change(current) is not { } changed)
            return new(null, new MergedTag(current.Manifest!, current.Config!, IsMoved: moved is not null));
        var planned = Plan(changed);
        return new(planned, new MergedTag(planned.Manifest.Descriptor, planned.ConfigDescriptor));
    }

    /// <summary>What would be written for a cache.</summary>
    /// <exception cref="RegistryCacheException">Nothing would be left of it, or it cannot be written.</exception>
    public PlannedExport Plan(CacheGraph changed)
    {
        var planned = planner.Plan(GraphRewrite.BestResultsOnly(changed, order));
        return planned.IsEmpty ? throw Emptied() : planned;
    }

    private RegistryCacheException Emptied() => new(
        RegistryCacheErrorCode.ResultNotLoadable,
        $"Nothing would be left of the cache {place}, so the tag was not moved. Delete the tag, or export the cache again.");
}
