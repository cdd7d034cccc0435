using System.Collections.Concurrent;

namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>What one repository holds.</summary>
public sealed class RepositoryMemory
{
    public ConcurrentDictionary<string, StoredBlob> Blobs { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, StoredManifest> Manifests { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);
}
