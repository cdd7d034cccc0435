using RegistryCache.Hosting;

namespace RegistryCache;

/// <summary>What a configuration can set: plain values. What is not set has its default. Services, such as credential providers and codecs,
/// are added in code with <see cref="RegistryCacheServices"/>.</summary>
public sealed class RegistryCacheSettings
{
    /// <summary>Credentials of registries. They come before those of the environment and of <c>docker login</c>.</summary>
    public IList<CredentialSettings> Credentials { get; } = [];

    /// <summary>The registry client.</summary>
    public RegistrySettings Registry { get; } = new();

    /// <summary>OCI layout directories.</summary>
    public DirectorySettings Directories { get; } = new();

    /// <summary>How layers are decoded and converted.</summary>
    public LayerSettings Layers { get; } = new();

    /// <summary>Exports that are made without options.</summary>
    public ExportSettings Export { get; } = new();

    /// <summary>How much of a foreign cache is read.</summary>
    public LimitSettings Limits { get; } = new();

    /// <summary>Copies of blobs on this machine.</summary>
    public LocalBlobSettings LocalBlobs { get; } = new();

    /// <summary>What could not be read of the configuration; validation reports it with everything else.</summary>
    internal List<string> Faults { get; } = [];
}
