using Microsoft.Extensions.Logging;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Pruning;

namespace RegistryCache;

public partial class BuildCache
{
    /// <summary>Plans to prune a tag, or all tags of a repository or directory if the text names none.</summary>
    /// <param name="source">Where, in <c>--cache-from</c> form, for example <c>type=registry,ref=ghcr.io/acme/ci</c>.</param>
    /// <param name="rules">What to remove.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CacheParameterException">The text is wrong.</exception>
    /// <exception cref="RegistryCacheException">There is no rule, or the place cannot be read.</exception>
    public virtual Task<PrunePlan> PlanPruneAsync(string source, PruneRules rules, CancellationToken cancellationToken = default) =>
        PlanPruneAsync(ParseSource(source), rules, cancellationToken);

    /// <summary>Plans to prune a tag, or all tags of a repository or directory if the source names none. The manifests of all tags are
    /// read, because what another tag needs is not freed. Tags that hold no cache do not change. Nothing is changed before
    /// <see cref="PruneAsync"/>.</summary>
    /// <param name="source">Where.</param>
    /// <param name="rules">What to remove.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="RegistryCacheException">There is no rule, the source names a digest, or the place cannot be read.</exception>
    public virtual Task<PrunePlan> PlanPruneAsync(CacheSource source, PruneRules rules, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(rules);
        var now = _time.GetUtcNow();
        return PlanAsync(source, planner => planner.PlanAsync(
            rules, source.NamesManifest ? TagOf(source) : null, ResultOrder.At(now, _limits.MaxClockSkew), now, cancellationToken));
    }

    /// <summary>Plans to remove the tag that a source names, as a whole. A plan without tags means that it does not exist.</summary>
    /// <param name="source">The tag.</param>
    /// <param name="allowsImages">Whether the tag may hold something other than a cache, such as an image.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="RegistryCacheException">The source names no tag, the tag holds something other than a cache
    /// (<see cref="RegistryCacheErrorCode.TagNotCache"/>), or the place cannot be read.</exception>
    public virtual Task<PrunePlan> PlanRemovalAsync(
        CacheSource source, bool allowsImages = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!source.NamesManifest)
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.InvalidOptions,
                $"'{source}' names no tag, so it is not clear what to remove. Add tag=NAME for a directory, or a tag to the reference.");
        }

        TagOf(source);
        return PlanAsync(source, planner => planner.PlanRemovalAsync(allowsImages, cancellationToken));
    }

    /// <summary>Does what a plan says. Exactly the results of the plan go, and the records that lead to no result: what other writers
    /// add meanwhile stays. A directory is swept at the end. In a registry, the manifests that nothing needs any more are deleted; its
    /// own garbage collection frees the space. A tag that fails does not stop the others.</summary>
    /// <param name="plan">A plan of this cache.</param>
    /// <param name="cancellationToken">Cancels the call. Each tag then holds its old or its new cache.</param>
    /// <exception cref="ArgumentException">The plan was made by hand.</exception>
    /// <exception cref="RegistryCacheException">The directory could not be swept.</exception>
    public virtual Task<PruneReport> PruneAsync(PrunePlan plan, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ThrowIfDisposed();
        var place = plan.OpenPlace ?? throw new ArgumentException("No cache has made this plan.", nameof(plan));
        var pruner = new Pruner(place, plan, Codecs, _exporters.Defaults, _time, _loggers.CreateLogger<Pruner>());
        return _telemetry.RunAsync(
            "prune", ("registrycache.place", plan.Place), () => pruner.RunAsync(cancellationToken),
            static report => report.IsComplete ? "pruned" : "incomplete");
    }

    private static string TagOf(CacheSource source) => source.Place.Manifest.Tag
        ?? throw new RegistryCacheException(
            RegistryCacheErrorCode.InvalidOptions, $"'{source}' names a digest. Pruning changes tags, so name the tag.");

    private async Task<PrunePlan> PlanAsync(CacheSource source, Func<PrunePlanner, Task<PrunePlan>> plan)
    {
        try
        {
            return await plan(new PrunePlanner(_stores.Open(source.Place), Codecs, _limits)).ConfigureAwait(false);
        }
        catch (RegistryCacheException e)
        {
            e.Mark(CacheSide.Target);
            throw;
        }
    }
}
