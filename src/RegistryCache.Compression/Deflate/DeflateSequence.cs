namespace RegistryCache.Compression.Deflate;

/// <summary>A number of literals, followed by a match. A <paramref name="Length"/> of 0 means that no match follows.</summary>
internal readonly record struct DeflateSequence(int Literals, ushort Length, ushort Distance);
