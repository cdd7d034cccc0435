namespace RegistryCache.Core.Restore;

/// <summary>A file of a tree, and which entry of which layer it came from.</summary>
/// <param name="Layer">The place of the layer, from 0 for the base.</param>
/// <param name="Ordinal">The place of the entry in the layer, among those that are applied.</param>
/// <param name="Entry">The entry, with the path that it has in the layer.</param>
internal sealed record TreeFile(int Layer, int Ordinal, LayerEntry Entry)
{
    /// <summary>The bytes, if they were kept.</summary>
    public BlobSource? Content { get; init; }
}
