using RegistryCache.Core.Errors;
using RegistryCache.Core.Format;
using RegistryCache.Core.Storage;

namespace RegistryCache.Core.Export;

/// <summary>A store, the tag to set in it, and how to read what the tag points at now: the manifest alone, or the cache with it.</summary>
internal sealed record ExportPlace(IContentStore Store, string Tag, Func<bool, CancellationToken, Task<TagContent?>> ReadTagAsync)
{
    /// <summary>Refuses to take the tag from something that is not a cache.</summary>
    public void RequireCache(TagContent? content, bool mayOverwrite)
    {
        if (content?.Other is { } other && !mayOverwrite)
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.TagNotCache,
                $"{Tag} in {Store.DisplayName} holds {other}, not a cache, and was left as it is. Use a tag of its own for the cache, or say that it may be replaced ({nameof(CacheExportOptions.OverwriteImage)}, --overwrite-image).");
        }
    }
}
