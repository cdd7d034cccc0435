using System.Collections.Immutable;

namespace RegistryCache.Core.Folders;

/// <summary>A key of a folder cache and what was saved under it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Results">All results, of every version.</param>
/// <param name="Best">The result that wins.</param>
/// <param name="Indexed">The best of those that have an index, if there is any.</param>
internal sealed record FolderEntry(string Key, ImmutableArray<CacheResult> Results, CacheResult Best, CacheResult? Indexed);
