using RegistryCache.Core.Comparison;
using RegistryCache.Core.Progress;

namespace RegistryCache;

public partial class BuildCache
{
    /// <summary>Compares two caches: their records, their results and their layers. Layers are not read.</summary>
    /// <param name="left">The first cache, in <c>--cache-from</c> form.</param>
    /// <param name="right">The second cache, in <c>--cache-from</c> form.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CacheParameterException">A text is wrong.</exception>
    /// <exception cref="RegistryCacheException">A cache cannot be read.</exception>
    public virtual Task<CacheComparison> CompareAsync(string left, string right, CancellationToken cancellationToken = default) =>
        CompareAsync(ParseSource(left), ParseSource(right), progress: null, cancellationToken);

    /// <summary>Compares two caches: their records, their results and their layers. Layers are not read.</summary>
    /// <param name="left">The first cache.</param>
    /// <param name="right">The second cache.</param>
    /// <param name="progress">Is told how far the manifests and configs are read, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="RegistryCacheException">A cache cannot be read.</exception>
    public virtual async Task<CacheComparison> CompareAsync(
        CacheSource left, CacheSource right, IProgress<CacheProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var caches = await Importer([left, right], new CacheImportOptions { Progress = progress }).ReadAsync(cancellationToken)
            .ConfigureAwait(false);
        if (Array.Find(caches, c => c.Error is not null) is { Error: { } error })
            throw error;
        var comparison = new CacheComparison(left, right)
        {
            LeftManifest = caches[0].Manifest,
            RightManifest = caches[1].Manifest,
            Misses = [.. caches.Where(c => !c.IsHit).Select(c => (c.Source, c.Detail))],
        };
        return comparison.IsHit ? GraphComparer.Compare(comparison, caches[0].Graph, caches[1].Graph) : comparison;
    }

    /// <summary>Compares the entries of two layers: what only one has, and what differs. Both are read once, unless they have the same
    /// diffID. Memory grows with the number of paths of both, not with their content.</summary>
    /// <param name="left">The first layer.</param>
    /// <param name="right">The second layer.</param>
    /// <param name="limits">How many entries are accepted, and how long paths may be; <see langword="null"/> for the defaults of a
    /// restore.</param>
    /// <param name="progress">Is told how far the layers are read, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="RegistryCacheException">A layer cannot be read, or exceeds a limit.</exception>
    public virtual Task<LayerComparison> CompareLayersAsync(
        CacheLayer left,
        CacheLayer right,
        RestoreLimits? limits = null,
        IProgress<CacheProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ThrowIfDisposed();
        var meter = ProgressMeter.Create(progress, CachePhase.Examining, _time);
        return new LayerComparer(Codecs, _layerOptions, limits ?? new(), meter).CompareAsync(left, right, cancellationToken);
    }
}
