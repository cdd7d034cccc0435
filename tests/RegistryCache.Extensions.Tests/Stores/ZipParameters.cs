using RegistryCache.Storage;

namespace RegistryCache.Extensions.Tests.Stores;

/// <summary>What source and target print alike.</summary>
internal static class ZipParameters
{
    public static IEnumerable<KeyValuePair<string, string>> Print(string file, string tag)
    {
        yield return new("file", file);
        if (tag != CachePlace.DefaultTag)
            yield return new("tag", tag);
    }
}
