namespace RegistryCache;

/// <summary>How the files of layers are listed and opened. Immutable.</summary>
public sealed record LayerFileOptions
{
    /// <summary>How many entries are accepted, and how long their paths may be; <see langword="null"/>, the default, for the defaults of a
    /// restore. Layers of a folder cache can need <see cref="RestoreLimits.ForFolders"/>.</summary>
    public RestoreLimits? Limits { get; init; }

    /// <summary>Receives how far the layers that must be read as a whole are read; <see langword="null"/> by default.</summary>
    public IProgress<CacheProgress>? Progress { get; init; }
}
