using System.Collections.Concurrent;

namespace RegistryCache.Testing.Storage;

/// <summary>What one repository has, by digest and by tag.</summary>
internal sealed class RepositoryContent
{
    public ConcurrentDictionary<string, StoredContent> Blobs { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, StoredManifest> Manifests { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    public bool Has(string digest) => Blobs.ContainsKey(digest) || Manifests.ContainsKey(digest);
}
