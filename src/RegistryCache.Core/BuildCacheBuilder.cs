using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryCache.Core;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Layers;
using RegistryCache.Core.LocalBlobs;
using RegistryCache.Core.Telemetry;
using RegistryCache.Layers;
using RegistryCache.Storage;

namespace RegistryCache;

/// <summary>Composes a <see cref="BuildCache"/>: where caches live, which codecs there are, and how far to trust what is read. Not
/// thread-safe; after <see cref="Build"/> it refuses changes.</summary>
public sealed class BuildCacheBuilder
{
    internal const long DefaultLocalBlobBytes = 10L << 30;

    private readonly List<ICacheStoreProvider> _stores = [];
    private IContentStore? _store;
    private readonly List<ILayerCodec> _codecs = [];
    private ILoggerFactory _loggers = NullLoggerFactory.Instance;
    private TimeProvider _time = TimeProvider.System;
    private CacheFormatLimits _limits = CacheFormatLimits.Default;
    private CacheExportOptions _export = new();
    private LayerOptions _layers = new();
    private (string Directory, long MaxBytes)? _blobs;
    private IMeterFactory? _meters;
    private bool _built;

    /// <summary>The logger factory so far, for packages that add stores.</summary>
    public ILoggerFactory LoggerFactory => _loggers;

    /// <summary>The factory of meters so far, for packages that add stores.</summary>
    public IMeterFactory? MeterFactory => _meters;

    /// <summary>The clock so far, for packages that add stores.</summary>
    public TimeProvider TimeProvider => _time;

    /// <summary>Adds a provider of stores, which the cache owns. Two that open the same location are an error
    /// (<see cref="RegistryCacheErrorCode.InvalidOptions"/>) as soon as an importer or exporter names it. One that is a
    /// <see cref="ICacheStoreProvider.IsFallback"/>, as that of <c>UseOci()</c>, is asked last; of several, the last added first.</summary>
    /// <param name="provider">The provider.</param>
    public BuildCacheBuilder UseStores(ICacheStoreProvider provider)
    {
        ThrowIfBuilt();
        ArgumentNullException.ThrowIfNull(provider);
        _stores.Add(provider);
        return this;
    }

    /// <summary>Uses one store for every source and target, whatever providers there are, for tests and tools that bring their own: no
    /// registry, no directory. Locations become part of the store's tags, such as <c>ghcr.io/acme/app:main</c>.</summary>
    /// <param name="store">The store.</param>
    /// <exception cref="RegistryCacheException">A store was already set (<see cref="RegistryCacheErrorCode.InvalidOptions"/>).</exception>
    public BuildCacheBuilder UseStore(IContentStore store)
    {
        if (_store is not null)
            throw Invalid("UseStore was called twice. One store takes every source and target; use UseStores for several.");
        return Set(ref _store, store);
    }

    /// <summary>Adds layer codecs, in any order.</summary>
    /// <param name="codecs">The codecs.</param>
    public BuildCacheBuilder UseCodecs(params IEnumerable<ILayerCodec> codecs)
    {
        ThrowIfBuilt();
        ArgumentNullException.ThrowIfNull(codecs);
        _codecs.AddRange(codecs);
        return this;
    }

    /// <summary>Sets where to log. Default: nowhere. Set it before adding stores that log.</summary>
    /// <param name="loggers">The logger factory.</param>
    public BuildCacheBuilder UseLogging(ILoggerFactory loggers) => Set(ref _loggers, loggers);

    /// <summary>Sets the clock. Default: the system's. Set it before adding stores that wait.</summary>
    /// <param name="time">The clock.</param>
    public BuildCacheBuilder UseTimeProvider(TimeProvider time) => Set(ref _time, time);

    /// <summary>Sets who makes the meter, for a container or a test with measurements of its own. Default: one meter for the
    /// process.</summary>
    /// <param name="meters">The factory, which owns the meter.</param>
    public BuildCacheBuilder UseMeters(IMeterFactory meters) => Set(ref _meters, meters);

    /// <summary>Sets how much of a foreign cache is read. Default: <see cref="CacheFormatLimits.Default"/>.</summary>
    /// <param name="limits">The limits.</param>
    public BuildCacheBuilder UseLimits(CacheFormatLimits limits) => Set(ref _limits, limits);

    /// <summary>Sets the export options that apply where an exporter is made without any.</summary>
    /// <param name="options">The options.</param>
    public BuildCacheBuilder UseExportOptions(CacheExportOptions options) => Set(ref _export, options);

    /// <summary>Sets how layers are decoded and converted: limits, workers, where converted layers are spooled.</summary>
    /// <param name="options">The options.</param>
    public BuildCacheBuilder UseLayerOptions(LayerOptions options) => Set(ref _layers, options);

    /// <summary>Keeps copies of blobs from registries in a directory of this machine, for runners that build more than once. A blob that
    /// is there is not fetched again. Processes may share the directory, and it may be deleted at any time. What is read is verified; a
    /// damaged copy is replaced. A directory that cannot be written is logged once, and blobs come from the registry.</summary>
    /// <param name="directory">The directory. It is created when it is needed, for this user only. Whoever can read it can read the blobs
    /// of every repository that is used with it.</param>
    /// <param name="maxBytes">How large it may become, in bytes: at least 1; default 10 GiB. The copies that have not been used for
    /// longest are removed first. A larger blob is not kept.</param>
    /// <exception cref="RegistryCacheException">The directory is empty, or the size is less than 1
    /// (<see cref="RegistryCacheErrorCode.InvalidOptions"/>).</exception>
    public BuildCacheBuilder UseLocalBlobs(string directory, long maxBytes = DefaultLocalBlobBytes)
    {
        ThrowIfBuilt();
        _blobs = (Option.NotEmpty(directory, nameof(directory)), Option.AtLeast(maxBytes, 1, nameof(maxBytes)));
        return this;
    }

    /// <summary>Makes the cache. The builder cannot be used again, since the cache owns what was added.</summary>
    /// <exception cref="RegistryCacheException">No store was added, two codecs have the same name or media type, two kinds of cache have
    /// the same name, or a file is in the place of the directory for local blobs
    /// (<see cref="RegistryCacheErrorCode.InvalidOptions"/>).</exception>
    public BuildCache Build()
    {
        if (_stores.Count == 0 && _store is null)
        {
            throw Invalid(
                "No store was added: call UseOci() of RegistryCache.Oci for registries and directories, or UseStore with your own.");
        }

        ThrowIfBuilt();
        _built = true;
        IEnumerable<ICacheStoreProvider> stores = Enumerable.Reverse(_stores).OrderBy(s => s.IsFallback);
        ImmutableArray<ICacheStoreProvider> providers = _store is null ? [.. stores] : [new SingleStoreProvider(_store, [.. stores])];
        var blobs = _blobs is var (directory, maxBytes)
            ? new LocalBlobDirectory(directory, maxBytes, _time, _loggers.CreateLogger<LocalBlobDirectory>())
            : null;
        var codecs = new LayerCodecSet(_codecs);
        return new BuildCache(providers, codecs, _layers, _limits, _export, _time, CacheTelemetry.On(_meters), _loggers, blobs);
    }

    private static RegistryCacheException Invalid(string message) => new(RegistryCacheErrorCode.InvalidOptions, message);

    private BuildCacheBuilder Set<T>(ref T field, T value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ThrowIfBuilt();
        ArgumentNullException.ThrowIfNull(value, name);
        field = value;
        return this;
    }

    private void ThrowIfBuilt()
    {
        if (_built)
            throw new InvalidOperationException("The cache is built. A builder makes one cache and then refuses changes.");
    }
}
