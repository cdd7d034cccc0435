using RegistryCache.Core.Content;
using RegistryCache.Core.Storage;

namespace RegistryCache.Core;

/// <summary>One store for every reference and directory, which become part of its tags.</summary>
internal sealed class SingleStoreProvider(IContentStore store) : ICacheStoreProvider
{
    public IContentStore? OpenRegistry(ImageReference reference, bool insecure) =>
        new TagPrefixStore(store, $"{reference.Domain}/{reference.Path}");

    public IContentStore? OpenDirectory(string directory) => new TagPrefixStore(store, directory);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
