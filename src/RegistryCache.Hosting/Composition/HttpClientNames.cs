namespace RegistryCache.Hosting.Composition;

/// <summary>The names of the HTTP clients of a cache. Repositories that are opened as insecure have their own.</summary>
internal static class HttpClientNames
{
    public static string Of(string cache, bool insecure) =>
        "RegistryCache" + (cache.Length == 0 ? "" : ":" + cache) + (insecure ? ":insecure" : "");
}
