using RegistryCache.Core.Content;

namespace RegistryCache.Core.Export;

/// <summary>What a tag points at after a merge.</summary>
internal sealed record MergedTag(Descriptor Manifest, Descriptor Config);
