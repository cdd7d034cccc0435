namespace RegistryCache.Testing.Storage;

/// <summary>A manifest in a repository.</summary>
internal sealed record StoredManifest(StoredContent Content, string MediaType);
