using Microsoft.Extensions.Logging;
using RegistryCache.Oci.Credentials;
using RegistryCache.Storage;

namespace RegistryCache.Oci.Stores;

/// <summary>Opens registries and OCI layout directories. All registries share one client, its tokens and connections.</summary>
internal sealed class OciStoreProvider(RegistryClient client, OciLayoutOptions layout, bool ownsClient)
    : ICacheStoreProvider, IDisposable
{
    /// <summary>The variables of this library, then what <c>docker login</c> and <c>podman login</c> stored.</summary>
    public static CredentialProvider DefaultCredentials(TimeProvider time, ILoggerFactory loggers) => new ChainedCredentialProvider(
        new EnvironmentCredentialProvider(logger: loggers.CreateLogger<EnvironmentCredentialProvider>()),
        new LoginCredentialProvider(
            new LoginCredentialOptions { TimeProvider = time, Logger = loggers.CreateLogger<LoginCredentialProvider>() }));

    /// <summary>The default options of directories, with the builder's clock and logging.</summary>
    public static OciLayoutOptions LayoutOptions(BuildCacheBuilder builder) => new()
    {
        TimeProvider = builder.TimeProvider,
        Logger = builder.LoggerFactory.CreateLogger<OciLayoutStore>(),
    };

    public bool IsFallback => true;

    public IContentStore? Open(CacheLocation location) => location switch
    {
        RepositoryLocation repository =>
            client.OpenRepository(repository.Reference, repository.Insecure),
        DirectoryLocation directory => new OciLayoutStore(directory.Path, layout),
        _ => null,
    };

    public void Dispose()
    {
        if (ownsClient)
            client.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
