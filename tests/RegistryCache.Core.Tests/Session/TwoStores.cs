using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Session;

/// <summary>One store for registries and another for directories.</summary>
internal sealed class TwoStores(IContentStore registries, IContentStore directories) : ICacheStoreProvider
{
    private readonly SingleStoreProvider _registries = new(registries);
    private readonly SingleStoreProvider _directories = new(directories);

    public IContentStore? Open(CacheLocation location) => (location is RepositoryLocation ? _registries : _directories).Open(location);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
