using RegistryCache.Oci.Layout;

namespace RegistryCache.Oci;

/// <summary>How <see cref="OciBuilderExtensions.UseOci"/> opens registries and directories.</summary>
public sealed class OciStoreOptions
{
    /// <summary>The options of OCI layout directories; <see langword="null"/> for the defaults with the builder's clock and logger.</summary>
    public OciLayoutOptions? Layout { get; init; }
}
