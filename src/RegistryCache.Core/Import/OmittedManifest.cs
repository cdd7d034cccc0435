namespace RegistryCache;

/// <summary>An entry of an image index that an import could not use. The rest of the index was imported.</summary>
/// <param name="Descriptor">The entry, as the index describes it.</param>
/// <param name="Reason">Why it was left out: one sentence, for a person.</param>
public sealed record OmittedManifest(Descriptor Descriptor, string Reason);
