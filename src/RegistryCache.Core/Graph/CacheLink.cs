namespace RegistryCache;

/// <summary>One way to satisfy an input of a record.</summary>
/// <param name="Record">The record that produced the input.</param>
/// <param name="Selector">Which part of it is used: an opaque string that must be equal, empty for all of it.</param>
public readonly record struct CacheLink(CacheRecord Record, string Selector);
