namespace RegistryCache.Core.FolderStates;

/// <summary>A group of the chain that was restored or saved last.</summary>
/// <param name="DiffId">The diffID of its index.</param>
/// <param name="Layers">The layers above the index: diffID and length of the tar.</param>
internal sealed record StatedGroup(Digest DiffId, IReadOnlyList<(Digest DiffId, long Bytes)> Layers);
