namespace RegistryCache;

/// <summary>How caches are read. Immutable.</summary>
public sealed record CacheImportOptions
{
    /// <summary>Whether the newest result wins when several sources have the same step, as in BuildKit. Default: that of the earlier
    /// source. A result that is dated in the future never wins.</summary>
    public bool PreferNewest { get; init; }

    /// <summary>Receives how far the manifests and configs of all sources are read; <see langword="null"/> by default.</summary>
    public IProgress<CacheProgress>? Progress { get; init; }
}
