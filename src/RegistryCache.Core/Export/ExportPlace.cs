using RegistryCache.Core.Format;
using RegistryCache.Storage;

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

    /// <summary>
    /// Checks that a tag whose cache could not be read can be read now: a registry that has bytes of the right size under a digest is
    /// not sent the right ones, and many would not take them.
    /// </summary>
    public async Task RequireReadableAsync(TagContent? before, CancellationToken cancellationToken)
    {
        if (before?.Problem is null || await ReadTagAsync(true, cancellationToken).ConfigureAwait(false) is not { Problem: { } problem })
            return;
        throw new RegistryCacheException(
            problem.Code,
            $"{Tag} in {Store.DisplayName} could not be read, was written, and still cannot be read: {problem.Message} Delete the damaged content there, or use another repository.",
            problem);
    }
}
