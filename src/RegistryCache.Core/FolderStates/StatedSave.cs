namespace RegistryCache.Core.FolderStates;

/// <summary>What a save found, so that an unchanged folder need not be looked at in full again.</summary>
/// <param name="Options">A digest of the options that decide what is saved.</param>
/// <param name="Chain">A digest of the layers that the folder is saved as.</param>
/// <param name="Content">The digest of the content.</param>
/// <param name="Report">What the folder holds, and what was skipped.</param>
internal sealed record StatedSave(Digest Options, Digest Chain, Digest Content, LayerWriteReport Report);
