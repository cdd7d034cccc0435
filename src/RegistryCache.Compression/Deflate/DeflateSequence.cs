namespace RegistryCache.Compression.Deflate;

/// <summary>A run of literals, followed by a match.</summary>
/// <param name="Literals">The number of literal bytes.</param>
/// <param name="Length">The length of the match, or 0 if no match follows.</param>
/// <param name="Distance">The distance back to the match.</param>
internal readonly record struct DeflateSequence(int Literals, ushort Length, ushort Distance);
