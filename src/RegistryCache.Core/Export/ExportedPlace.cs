namespace RegistryCache;

/// <summary>One store that an export wrote to.</summary>
/// <param name="Store">The store, as a person would name it.</param>
/// <param name="Tag">The tag that points to the manifest.</param>
/// <param name="Layers">Each layer blob once, in the order of the config.</param>
public sealed record ExportedPlace(string Store, string Tag, IReadOnlyList<ExportedLayer> Layers);
