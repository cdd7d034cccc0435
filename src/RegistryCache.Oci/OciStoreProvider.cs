using RegistryCache.Core;
using RegistryCache.Core.Content;
using RegistryCache.Core.Storage;
using RegistryCache.Oci.Layout;

namespace RegistryCache.Oci;

/// <summary>Opens registries and OCI layout directories.</summary>
internal sealed class OciStoreProvider(OciLayoutOptions layout) : ICacheStoreProvider
{
    public IContentStore? OpenRegistry(ImageReference reference, bool insecure) => null;

    public IContentStore? OpenDirectory(string directory) => new OciLayoutStore(directory, layout);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
