using Microsoft.Extensions.Logging;
using RegistryCache.Core.Import;
using RegistryCache.Core.Layers;
using RegistryCache.Core.Parameters;
using RegistryCache.Core.Telemetry;

namespace RegistryCache.Core.Export;

/// <summary>Makes the exporters of one cache.</summary>
internal sealed class CacheExporters(
    CacheStores stores,
    CacheTexts texts,
    LayerConverter converter,
    CacheExportOptions defaults,
    CacheFormatLimits limits,
    TimeProvider time,
    CacheTelemetry telemetry,
    ILoggerFactory loggers)
{
    public CacheExportOptions Defaults => defaults;

    public CacheExporter Create(CacheTarget target, CacheExportOptions? options)
    {
        ArgumentNullException.ThrowIfNull(target);
        stores.ThrowIfDisposed();
        options ??= defaults;
        texts.Check(target, options.AllowDockerTypesForAllCodecs);
        return new CacheExporter(
            stores, target, Open(target), converter, options, limits, time, telemetry, loggers.CreateLogger<CacheExporter>());
    }

    private List<OpenPlace> Open(CacheTarget target)
    {
        if (target.Places.FirstOrDefault(p => p.Manifest.Tag is null) is { } untagged)
            throw Invalid($"'{target}' names the digest {untagged.Manifest.Digest}; an export writes a tag.");
        var places = target.Places.Select(stores.Open).ToList();
        return places.Count > 0 ? places : throw Invalid(
            $"'{target}' names no place to export to. An inline cache is part of an image and is written by the tool that builds the "
            + "image; use type=registry or type=local.");
    }

    private static RegistryCacheException Invalid(string message) => new(RegistryCacheErrorCode.InvalidOptions, message);
}
