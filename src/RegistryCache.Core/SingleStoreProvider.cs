using RegistryCache.Core.Storage;
using RegistryCache.Storage;

namespace RegistryCache.Core;

/// <summary>One store for every location. The location's name becomes a part of the tag. Other providers only add their kinds.</summary>
internal sealed class SingleStoreProvider(IContentStore store, params IReadOnlyList<ICacheStoreProvider> others) : ICacheStoreProvider
{
    public IReadOnlyCollection<ICacheKind> Kinds => [.. others.SelectMany(o => o.Kinds)];

    public IContentStore? Open(CacheLocation location) => new TagPrefixStore(store, location.Name);

    public async ValueTask DisposeAsync()
    {
        foreach (var other in others)
            await other.DisposeAsync().ConfigureAwait(false);
    }
}
