using RegistryCache.Core;
using RegistryCache.Core.Content;
using RegistryCache.Core.Storage;
using RegistryCache.Oci.Layout;
using RegistryCache.Oci.Registry;

namespace RegistryCache.Oci;

/// <summary>Opens registries and OCI layout directories. One client serves all registries, so tokens and connections are shared.</summary>
internal sealed class OciStoreProvider(RegistryClient client, OciLayoutOptions layout) : ICacheStoreProvider
{
    public IContentStore? OpenRegistry(ImageReference reference, bool insecure) =>
        client.OpenRepository(reference, new RepositoryOptions { Insecure = insecure });

    public IContentStore? OpenDirectory(string directory) => new OciLayoutStore(directory, layout);

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
