namespace RegistryCache.Storage;

/// <summary>An OCI layout directory.</summary>
/// <param name="Path">The path.</param>
public sealed record DirectoryLocation(string Path) : CacheLocation
{
    /// <inheritdoc/>
    public override string Name => Path;

    /// <inheritdoc/>
    public override string LocalPath => Path;
}
