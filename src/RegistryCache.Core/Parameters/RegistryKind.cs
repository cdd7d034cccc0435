using RegistryCache.Storage;

namespace RegistryCache.Core.Parameters;

/// <summary><c>type=registry</c>. Source: BuildKit cache/remotecache/registry.</summary>
internal sealed class RegistryKind : ICacheKind
{
    public string Name => RegistryCacheSource.TypeName;

    public IReadOnlyList<string> SourceKeys { get; } = ["ref", "registry.insecure"];

    public IReadOnlyList<string> TargetKeys { get; } = ["ref", "registry.insecure", "dest"];

    public CacheSource ReadSource(CacheParameterReader parameters) =>
        new RegistryCacheSource(parameters.Reference("ref")) { Insecure = parameters.Boolean("registry.insecure") ?? false };

    public CacheTarget ReadTarget(CacheParameterReader parameters)
    {
        var directory = parameters.BuildxCompatible || !parameters.Has("dest") ? null : parameters.Required("dest", "DIRECTORY");
        var reference = directory is null || parameters.Has("ref") ? parameters.Reference("ref") : null;
        if (reference?.Digest is not null)
            throw parameters.Error("ref", "ref names a digest; an export writes a tag, so give name:tag only");
        return new RegistryCacheTarget(reference) { Directory = directory, Insecure = parameters.Boolean("registry.insecure") ?? false };
    }
}
