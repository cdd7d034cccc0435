namespace RegistryCache;

/// <summary>Reads caches from one or more sources. Thread-safe; made by <see cref="BuildCache"/>.</summary>
public interface ICacheImporter
{
    /// <summary>Reads all sources side by side. A source without a cache is a miss, and a source that cannot be read is reported, never
    /// thrown, so that it does not disable the others: look at <see cref="CacheImport.Sources"/>. Manifests and configs are read and
    /// verified now; layers are opened, and verified, only when they are used.</summary>
    /// <param name="cancellationToken">Cancels the import.</param>
    Task<CacheImport> ImportAsync(CancellationToken cancellationToken = default);
}
