namespace RegistryCache.Core.Parameters;

/// <summary>One <c>key=value</c> of a text, and where it stands.</summary>
internal sealed record CacheAttribute(string Key, string Value, int KeyPosition, int ValuePosition);
