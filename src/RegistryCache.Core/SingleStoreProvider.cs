using RegistryCache.Core.Storage;
using RegistryCache.Storage;

namespace RegistryCache.Core;

/// <summary>One store for every location; their names become part of its tags.</summary>
internal sealed class SingleStoreProvider(IContentStore store) : ICacheStoreProvider
{
    public IContentStore? Open(CacheLocation location) => new TagPrefixStore(store, location.Name);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
