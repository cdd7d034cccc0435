using RegistryCache.Core.Storage;

namespace RegistryCache.Core.Export;

/// <summary>A store and the tag to set in it.</summary>
internal sealed record ExportPlace(IContentStore Store, string Tag);
