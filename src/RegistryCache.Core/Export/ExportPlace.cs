using RegistryCache.Core.Storage;

namespace RegistryCache.Core.Export;

/// <summary>A store, the tag to set in it, and how to read what the tag points at now.</summary>
internal sealed record ExportPlace(IContentStore Store, string Tag, Func<CancellationToken, Task<CurrentCache?>> ReadCurrentAsync);
