namespace RegistryCache.Core.Parameters;

/// <summary>One <c>key=value</c> of a text, with its positions there.</summary>
internal sealed record CacheAttribute(string Key, string Value, int KeyPosition, int ValuePosition);
