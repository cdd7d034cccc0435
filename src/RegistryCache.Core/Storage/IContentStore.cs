namespace RegistryCache.Storage;

/// <summary>One place that caches can be read from and written to.</summary>
public interface IContentStore : IReadOnlyContentStore, IBlobStore, IManifestStore;
