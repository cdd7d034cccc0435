namespace RegistryCache;

/// <summary>A file or directory and its place in a layer.</summary>
/// <param name="SourcePath">The file or directory to read. Links in this path are followed.</param>
/// <param name="LayerPath">Its relative path in the layer, with <c>/</c> between the parts; empty for the root of the layer.</param>
public sealed record FolderMapping(string SourcePath, string LayerPath);
