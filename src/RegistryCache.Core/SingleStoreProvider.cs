using RegistryCache.Core.Storage;
using RegistryCache.Storage;

namespace RegistryCache.Core;

/// <summary>One store for every reference and directory, which become part of its tags.</summary>
internal sealed class SingleStoreProvider(IContentStore store) : ICacheStoreProvider
{
    public IContentStore? OpenRegistry(ImageReference reference, bool insecure) =>
        Part($"{reference.Domain}/{reference.Path}");

    public IContentStore? OpenDirectory(string directory) => Part(directory);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private TagPrefixStore Part(string prefix) => store is IConditionalTagStore conditional
        ? new ConditionalTagPrefixStore(store, conditional, prefix)
        : new TagPrefixStore(store, prefix);
}
