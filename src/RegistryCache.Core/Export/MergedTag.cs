namespace RegistryCache.Core.Export;

/// <summary>What a tag points to after an export, whether it was moved, and a warning about what that has replaced.</summary>
internal sealed record MergedTag(Descriptor Manifest, Descriptor Config, bool IsMoved = true, string? Warning = null);
