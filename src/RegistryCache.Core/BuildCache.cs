using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using RegistryCache.Core.Export;
using RegistryCache.Core.Import;
using RegistryCache.Core.Layers;
using RegistryCache.Core.LocalBlobs;
using RegistryCache.Core.Parameters;
using RegistryCache.Core.Telemetry;
using RegistryCache.Storage;

namespace RegistryCache;

/// <summary>Makes importers, exporters, sessions and folder caches, and opens layers. <see cref="BuildCacheBuilder"/> makes it.
/// Thread-safe. Dispose it at the end; this also disposes its stores.</summary>
public partial class BuildCache : IDisposable, IAsyncDisposable
{
    /// <summary>The name of the package's <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string ActivitySourceName = CacheTelemetry.Name;

    /// <summary>The name of the package's <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string MeterName = CacheTelemetry.Name;

    private readonly CacheStores _stores;
    private readonly CacheTexts _texts;
    private readonly LayerOptions _layerOptions;
    private readonly CacheFormatLimits _limits;
    private readonly LayerConverter _converter;
    private readonly CacheExporters _exporters;
    private readonly TimeProvider _time;
    private readonly CacheTelemetry _telemetry;
    private readonly ILoggerFactory _loggers;
    private readonly LayerWorkers? _ownWorkers;
    private readonly IReadOnlyList<string> _ownDirectories;

    /// <summary>For a mock, which overrides what it needs. A <see cref="BuildCacheBuilder"/> makes a real one.</summary>
    protected BuildCache()
    {
        (_stores, _texts, _layerOptions, _limits, _converter) = (null!, null!, null!, null!, null!);
        (_exporters, _time, _telemetry, _loggers, _ownDirectories, Codecs) = (null!, null!, null!, null!, [], null!);
    }

    internal BuildCache(
        ImmutableArray<ICacheStoreProvider> stores,
        LayerCodecSet codecs,
        LayerOptions layerOptions,
        CacheFormatLimits limits,
        CacheExportOptions exportOptions,
        TimeProvider time,
        CacheTelemetry telemetry,
        ILoggerFactory loggers,
        LocalBlobDirectory? blobs)
    {
        _ownDirectories = blobs is null ? [] : [blobs.Location];
        _stores = new CacheStores(stores, limits, blobs);
        Codecs = codecs;
        _texts = new CacheTexts(stores.SelectMany(s => s.Kinds), codecs, exportOptions.AllowDockerTypesForAllCodecs);
        _ownWorkers = layerOptions.Workers is null ? new LayerWorkers(layerOptions.Cores) : null;
        _layerOptions = layerOptions with { Workers = layerOptions.Workers ?? _ownWorkers };
        _converter = new LayerConverter(codecs, _layerOptions, telemetry);
        _limits = limits;
        _time = time;
        _telemetry = telemetry;
        _loggers = loggers;
        _exporters = new CacheExporters(_stores, _texts, _converter, exportOptions, limits, time, telemetry, loggers);
    }

    internal LayerCodecSet Codecs { get; }

    /// <summary>An importer for sources in <c>--cache-from</c> form, such as <c>type=registry,ref=ghcr.io/acme/app:main</c>.</summary>
    /// <param name="sources">The sources, at least one.</param>
    /// <exception cref="CacheParameterException">A text is wrong.</exception>
    public virtual ICacheImporter CreateImporter(params IEnumerable<string> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return CreateImporter(sources.SelectMany(s => ParseSources(s)));
    }

    /// <summary>An importer for sources.</summary>
    /// <param name="sources">The sources, at least one.</param>
    /// <exception cref="RegistryCacheException">No store was registered for a source, or there is no source.</exception>
    public virtual ICacheImporter CreateImporter(params IEnumerable<CacheSource> sources) =>
        CreateImporter(sources, new CacheImportOptions());

    /// <summary>An importer for sources in <c>--cache-from</c> form.</summary>
    /// <param name="sources">The sources, at least one.</param>
    /// <param name="options">How to read them.</param>
    /// <exception cref="CacheParameterException">A text is wrong.</exception>
    public virtual ICacheImporter CreateImporter(IEnumerable<string> sources, CacheImportOptions options)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return CreateImporter(sources.SelectMany(s => ParseSources(s)), options);
    }

    /// <summary>An importer for sources.</summary>
    /// <param name="sources">The sources, at least one.</param>
    /// <param name="options">How to read them.</param>
    /// <exception cref="RegistryCacheException">No store was registered for a source, or there is no source.</exception>
    public virtual ICacheImporter CreateImporter(IEnumerable<CacheSource> sources, CacheImportOptions options) =>
        Importer(sources, options);

    private CacheImporter Importer(IEnumerable<CacheSource> sources, CacheImportOptions options)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfDisposed();
        List<(CacheSource, OpenPlace)> places = [.. sources.Select(s => (s, _stores.Open(s.Place)))];
        if (places.Count == 0)
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.InvalidOptions,
                "An importer needs at least one source. Name one, such as type=registry,ref=ghcr.io/acme/app:cache.");
        }

        return new CacheImporter(_stores, places, options, _limits, _time, _telemetry, _loggers.CreateLogger<CacheImporter>());
    }

    /// <summary>An exporter for a target in <c>--cache-to</c> form, such as
    /// <c>type=registry,ref=ghcr.io/acme/app:main,mode=max</c>.</summary>
    /// <param name="target">The target.</param>
    /// <param name="options">Further options, or <see langword="null"/> for the builder's.</param>
    /// <exception cref="CacheParameterException">The text is wrong.</exception>
    public virtual ICacheExporter CreateExporter(string target, CacheExportOptions? options = null) =>
        CreateExporter(_texts.Target(target, allowsDockerTypesForAll: options?.AllowDockerTypesForAllCodecs), options);

    /// <summary>An exporter for a target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="options">Further options, or <see langword="null"/> for the builder's.</param>
    /// <exception cref="RegistryCacheException">The options contradict each other, or no store or codec was registered for the target. A
    /// compression without a codec is <see cref="RegistryCacheErrorCode.UnsupportedCompression"/>.</exception>
    public virtual ICacheExporter CreateExporter(CacheTarget target, CacheExportOptions? options = null) =>
        _exporters.Create(target, options);

    /// <summary>Opens a layer's tar. The stream checks the blob's digest, the format's checksums and the diffID before it ends.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="cancellationToken">Cancels opening the layer.</param>
    public virtual async Task<Stream> OpenLayerAsync(CacheLayer layer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ThrowIfDisposed();
        return await LayerReader.OpenAsync(layer.Descriptor, layer.Content, Codecs, _layerOptions, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a layer's blob, as stored, for random access; a registry is asked with Range requests. Nothing is verified.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="cancellationToken">Cancels opening the blob.</param>
    public virtual Task<ByteRangeReader> OpenLayerRangesAsync(CacheLayer layer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ThrowIfDisposed();
        return layer.Content.OpenRangesAsync(layer.Descriptor, cancellationToken);
    }

    /// <summary>Encodes a tar as a layer of a cache. The layer's content lives in a temporary file until the result is disposed.</summary>
    /// <param name="tar">The tar, read to its end.</param>
    /// <param name="compression">The compression.</param>
    /// <param name="level">The level, or <see langword="null"/> for the codec's default.</param>
    /// <param name="cancellationToken">Cancels the encoding.</param>
    public virtual Task<LayerConversion> EncodeLayerAsync(
        Stream tar, LayerCompression compression, int? level = null, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return _converter.EncodeAsync(tar, compression, level, cancellationToken);
    }

    /// <summary>Disposes the cache and its stores, without waiting for running operations. These end with their result, or with
    /// <see cref="ObjectDisposedException"/> if they need what was disposed.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _ownWorkers?.Dispose();
        await _stores.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>As <see cref="DisposeAsync"/>. A provider of stores that can only be disposed asynchronously is waited for.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes the cache and its stores.</summary>
    /// <param name="disposing"><see langword="true"/>: a cache has no finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        _ownWorkers?.Dispose();
        _stores.Dispose();
    }

    /// <summary>The store of a place itself, without local copies of blobs.</summary>
    internal IContentStore OpenStore(CachePlace place) => _stores.OpenDirect(place).Store;

    private void ThrowIfDisposed() => _stores.ThrowIfDisposed();
}
