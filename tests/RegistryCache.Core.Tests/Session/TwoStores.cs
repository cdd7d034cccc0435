using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Session;

/// <summary>One store for registries and another for directories.</summary>
internal sealed class TwoStores(IContentStore registries, IContentStore directories) : ICacheStoreProvider
{
    private readonly SingleStoreProvider _registries = new(registries);
    private readonly SingleStoreProvider _directories = new(directories);

    public IContentStore? OpenRegistry(ImageReference reference, bool insecure) => _registries.OpenRegistry(reference, insecure);

    public IContentStore? OpenDirectory(string directory) => _directories.OpenDirectory(directory);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
