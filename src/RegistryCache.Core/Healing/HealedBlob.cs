namespace RegistryCache;

/// <summary>A blob that was put back, or would be.</summary>
/// <param name="Part">What it is in the cache.</param>
/// <param name="Digest">The blob that was lost.</param>
/// <param name="Now">What the cache has instead: the same blob, or the same content in another blob, because the source had only that. A
/// registry often keeps damaged bytes under their digest; then the layer is encoded again, and a dry run cannot foresee this.</param>
/// <param name="From">The place that had it.</param>
/// <param name="BytesSent">The bytes that were sent; 0 in a dry run.</param>
public sealed record HealedBlob(CachePart Part, Digest Digest, Descriptor Now, string From, long BytesSent);
