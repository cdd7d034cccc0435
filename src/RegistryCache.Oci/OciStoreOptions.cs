namespace RegistryCache.Oci;

/// <summary>How <see cref="OciBuilderExtensions.UseOci"/> opens registries and directories.</summary>
public sealed class OciStoreOptions
{
    /// <summary>
    /// Changes the options of the registry client. The options already have the builder's clock and logging, and the credentials of
    /// <see cref="EnvironmentCredentialProvider"/>, then of <see cref="LoginCredentialProvider"/>.
    /// </summary>
    public Action<RegistryClientOptions>? ConfigureRegistry { get; init; }

    /// <summary>
    /// The options of OCI layout directories; <see langword="null"/> for the defaults with the builder's clock and logging.
    /// </summary>
    public OciLayoutOptions? Layout { get; init; }
}
