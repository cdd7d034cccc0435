using RegistryCache.Core.Statistics;

namespace RegistryCache;

public partial class BuildCache
{
    /// <summary>Finds out where the bytes of a cache are, and what would save some.</summary>
    /// <param name="source">The cache, in <c>--cache-from</c> form.</param>
    /// <param name="options">What to find out, or <see langword="null"/> for what needs no layer.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CacheParameterException">The text is wrong.</exception>
    /// <exception cref="RegistryCacheException">The cache, or a layer that was chosen, cannot be read, or there is no such codec or
    /// level.</exception>
    public virtual Task<CacheStatistics> GetStatisticsAsync(
        string source, CacheStatisticsOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStatisticsAsync(ParseSource(source), options, cancellationToken);

    /// <summary>Finds out where the bytes of a cache are, and what would save some.</summary>
    /// <param name="source">The cache.</param>
    /// <param name="options">What to find out, or <see langword="null"/> for what needs no layer.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="RegistryCacheException">The cache, or a layer that was chosen, cannot be read, or there is no such codec or
    /// level.</exception>
    public virtual Task<CacheStatistics> GetStatisticsAsync(
        CacheSource source, CacheStatisticsOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new();
        if (options.Try is { } compression)
            Codecs.Get(compression, options.Level);
        var reader = new StatisticsReader(_stores.Open(source.Place), source, Codecs, _layerOptions, _time);
        return OfSourceAsync(() => reader.RunAsync(options, cancellationToken));
    }
}
