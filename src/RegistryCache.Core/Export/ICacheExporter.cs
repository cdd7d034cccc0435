namespace RegistryCache;

/// <summary>Writes caches to one target. Thread-safe; made by <see cref="BuildCache"/>.</summary>
public interface ICacheExporter
{
    /// <summary>Exports a graph: filter, convert and send layers, then the config, then the manifest, the tag last. A graph without layers
    /// leaves the target untouched. A failed export leaves the tag where it was.</summary>
    /// <param name="graph">The cache.</param>
    /// <param name="cancellationToken">Cancels the export.</param>
    /// <exception cref="RegistryCacheException">The export failed. With <c>ignore-error</c> the failure is in
    /// <see cref="CacheExportReport.Error"/> instead; wrong options and cancellation still throw.</exception>
    Task<CacheExportReport> ExportAsync(CacheGraph graph, CancellationToken cancellationToken = default);
}
