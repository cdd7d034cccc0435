namespace RegistryCache;

/// <summary>Writes caches to one target. Thread-safe; made by <see cref="BuildCache"/>.</summary>
public interface ICacheExporter
{
    /// <summary>Exports a graph: converts and sends the layers, then the config, then the manifest, and last moves the tag. A graph without
    /// layers changes nothing. A failed export does not move the tag.</summary>
    /// <param name="graph">The cache.</param>
    /// <param name="cancellationToken">Cancels the export.</param>
    /// <exception cref="RegistryCacheException">The export failed. With <c>ignore-error</c> the failure is in
    /// <see cref="CacheExportReport.Error"/> instead; wrong options and cancellation still throw.</exception>
    Task<CacheExportReport> ExportAsync(CacheGraph graph, CancellationToken cancellationToken = default);
}
