namespace RegistryCache;

/// <summary>A key that a folder was saved under. Sizes are bytes of compressed layers.</summary>
/// <param name="Key">The key.</param>
/// <param name="CreatedAt">When it was saved.</param>
/// <param name="Layers">The number of its layers.</param>
/// <param name="Size">The size of its layers.</param>
/// <param name="OwnSize">The size of the layers that no other key of the listing has.</param>
public sealed record FolderKey(string Key, CacheTime CreatedAt, int Layers, long Size, long OwnSize)
{
    /// <summary>The size of the layers that other keys of the listing have too.</summary>
    public long SharedSize => Size - OwnSize;

    /// <summary>When a layer was last read, where it is known, as in <see cref="CacheTag.LastUsedAt"/>.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}
