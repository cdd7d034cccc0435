namespace RegistryCache.Compression.Deflate;

/// <summary>Some literals, then a match.</summary>
/// <param name="Literals">How many bytes of the input stand for themselves.</param>
/// <param name="Length">The length of the match, or 0 when none follows.</param>
/// <param name="Distance">How far back the match lies.</param>
internal readonly record struct DeflateSequence(int Literals, ushort Length, ushort Distance);
