namespace RegistryCache.Peers.Data;

/// <summary>What a transfer moves: a number of blobs with sizes between two bounds.</summary>
/// <param name="Name">The name of the directory and of the repository.</param>
/// <param name="Blobs">How many blobs.</param>
/// <param name="Smallest">The size of the smallest blob in bytes.</param>
/// <param name="Largest">The size of the largest blob in bytes. The sizes between are evenly spread.</param>
internal sealed record CacheData(string Name, int Blobs, long Smallest, long Largest)
{
    public static CacheData One(double scale) => new("one", 1, Scaled(1L << 30, scale), Scaled(1L << 30, scale));

    /// <summary>686 MB in 20 layers of different sizes.</summary>
    public static CacheData Layers(double scale) => new("layers", 20, Scaled(3_600_000, scale), Scaled(65_000_000, scale));

    public static CacheData Small(double scale) => new("small", Math.Max(3, (int)(2000 * scale)), 4 << 10, 64 << 10);

    public static CacheData Few(double scale) => new("few", Math.Max(3, (int)(300 * scale)), 4 << 10, 64 << 10);

    public long SizeOf(int blob) => Blobs == 1 ? Largest : Smallest + ((Largest - Smallest) * blob / (Blobs - 1));

    private static long Scaled(long bytes, double scale) => Math.Max(1024, (long)(bytes * scale));
}
