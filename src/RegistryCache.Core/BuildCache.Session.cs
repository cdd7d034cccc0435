using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using RegistryCache.Core.Loading;
using RegistryCache.Storage;

namespace RegistryCache;

public partial class BuildCache
{
    /// <summary>Opens a session for one build. A source without a cache, or that cannot be read, does not fail the build.</summary>
    /// <param name="sources">Where to look, in <c>--cache-from</c> form; may be empty. The result of an earlier source wins.</param>
    /// <param name="cancellationToken">Cancels reading the caches.</param>
    /// <exception cref="CacheParameterException">A text is wrong.</exception>
    public virtual Task<BuildSession> OpenSessionAsync(IEnumerable<string> sources, CancellationToken cancellationToken = default) =>
        OpenSessionAsync(sources, new BuildSessionOptions(), cancellationToken);

    /// <summary>Opens a session for one build. A source without a cache, or that cannot be read, does not fail the build.</summary>
    /// <param name="sources">Where to look, in <c>--cache-from</c> form; may be empty. They come before those of the options.</param>
    /// <param name="options">How to record, and where else to look.</param>
    /// <param name="cancellationToken">Cancels reading the caches.</param>
    /// <exception cref="CacheParameterException">A text is wrong.</exception>
    /// <exception cref="RegistryCacheException">No store was registered for a source, or no codec for the compression.</exception>
    [OverloadResolutionPriority(1)]
    public virtual Task<BuildSession> OpenSessionAsync(
        IEnumerable<string> sources, BuildSessionOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(options);
        List<CacheSource> all = [.. sources.SelectMany(s => ParseSources(s)), .. options.Sources];
        return OpenSessionAsync(options with { Sources = all }, cancellationToken);
    }

    /// <summary>Opens a session for one build.</summary>
    /// <param name="options">Where to look, and how to record.</param>
    /// <param name="cancellationToken">Cancels reading the caches.</param>
    /// <exception cref="RegistryCacheException">No store was registered for a source, or no codec for the compression.</exception>
    public virtual async Task<BuildSession> OpenSessionAsync(BuildSessionOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfDisposed();
        var (compression, level) = options.EffectiveCompression;
        Codecs.Get(compression, level);
        CacheImport? import = null;
        if (options.Sources.Count > 0)
        {
            var reading = new CacheImportOptions { PreferNewest = options.PreferNewest, Progress = options.Progress };
            import = await CreateImporter(options.Sources, reading).ImportAsync(cancellationToken).ConfigureAwait(false);
        }

        return new BuildSession(import, options, SessionContextFor<BuildSession>(
            options.Sources.Select(s => s.Place).Concat(options.Targets.SelectMany(t => t.Places))));
    }

    private SessionContext SessionContextFor<T>(IEnumerable<CachePlace> places) =>
        new(Codecs, _converter, _layerOptions, _exporters, _texts, _time, _limits.MaxClockSkew,
            [.. CachePlace.LocalPaths(places), .. _ownDirectories], _telemetry, _loggers.CreateLogger<T>());
}
