namespace RegistryCache.Core.Entries;

/// <summary>Seconds since 1970 and nanoseconds within the second.</summary>
internal readonly record struct FileTime(long Seconds, int Nanoseconds) : IComparable<FileTime>
{
    private const long MinSeconds = -62167219200;
    private const long MaxSeconds = 253402300799;

    /// <summary>The time, or the nearest one that can be written.</summary>
    public CacheTime ToCacheTime() => CacheTime.FromUnix(Math.Clamp(Seconds, MinSeconds, MaxSeconds), Nanoseconds);

    public static FileTime From(DateTime utc)
    {
        var seconds = Math.DivRem(utc.Ticks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerSecond, out var ticks);
        return ticks < 0
            ? new FileTime(seconds - 1, (int)(ticks + TimeSpan.TicksPerSecond) * 100)
            : new FileTime(seconds, (int)ticks * 100);
    }

    public int CompareTo(FileTime other) =>
        Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanoseconds.CompareTo(other.Nanoseconds);
}
