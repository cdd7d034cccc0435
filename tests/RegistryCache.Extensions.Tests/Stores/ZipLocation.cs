using RegistryCache.Storage;

namespace RegistryCache.Extensions.Tests.Stores;

/// <summary>One archive.</summary>
internal sealed record ZipLocation(string File) : CacheLocation
{
    public override string Name => File;

    public override string? LocalPath => File;
}
