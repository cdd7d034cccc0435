using RegistryCache.Core.Content;
using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Export;

/// <summary>What a tag points at now; the graph is empty when that is no cache.</summary>
internal sealed record CurrentCache(Descriptor Manifest, Descriptor? Config, CacheGraph Graph);
