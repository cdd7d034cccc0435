namespace RegistryCache.Hosting;

/// <summary>Copies of blobs on this machine, see <see cref="BuildCacheBuilder.UseLocalBlobs"/>.</summary>
public sealed class LocalBlobSettings
{
    /// <summary>The directory. <see langword="null"/> (default) means no copies.</summary>
    public string? Directory { get; set; }

    /// <summary>How large the directory may become, in bytes. Default 10 GiB, at least 1.</summary>
    public long? MaxBytes { get; set; }
}
