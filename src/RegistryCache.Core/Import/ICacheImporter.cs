namespace RegistryCache;

/// <summary>Reads caches from one or more sources. Thread-safe; made by <see cref="BuildCache"/>.</summary>
public interface ICacheImporter
{
    /// <summary>Reads all sources in parallel. A source without a cache is a miss. A source that cannot be read is reported in
    /// <see cref="CacheImport.Sources"/> and does not stop the others. Manifests and configs are read and verified now; layers are opened
    /// and verified only when they are used.</summary>
    /// <param name="cancellationToken">Cancels the import.</param>
    Task<CacheImport> ImportAsync(CancellationToken cancellationToken = default);
}
