namespace RegistryCache.Core.Parameters;

/// <summary>Types of caches that BuildKit has and this library does not. Source: BuildKit cache/remotecache/{s3,gha,azblob}.</summary>
internal static class OtherCacheTypes
{
    /// <summary>What to say about a type of BuildKit's own, or <see langword="null"/> for a type that nobody knows.</summary>
    public static string? Explain(string type) => type is "s3" or "gha" or "azblob"
        ? $"type={type} is a cache of BuildKit's that this library does not have: " +
          "it needs a package that adds the type, and there is none yet. Use type=registry or type=local"
        : null;
}
