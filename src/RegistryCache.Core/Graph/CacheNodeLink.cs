namespace RegistryCache;

/// <summary>One way to satisfy an input of a record that is still being built.</summary>
/// <param name="Source">The record that produced the input, from the same builder.</param>
/// <param name="Selector">Which part of it is used: an opaque string, empty for all of it.</param>
public readonly record struct CacheNodeLink(CacheGraphNode Source, string Selector = "");
