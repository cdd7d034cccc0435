namespace RegistryCache.Core.Export;

/// <summary>What a tag points at after a merge.</summary>
/// <param name="Manifest">The manifest.</param>
/// <param name="Config">The cache config.</param>
/// <param name="IsMoved">Whether the tag pointed somewhere else before.</param>
/// <param name="Warning">What was lost by that, for a person.</param>
internal sealed record MergedTag(Descriptor Manifest, Descriptor Config, bool IsMoved = true, string? Warning = null);
