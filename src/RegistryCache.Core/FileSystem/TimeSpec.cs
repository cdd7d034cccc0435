namespace RegistryCache.Core.FileSystem;

/// <summary>struct timespec of 64-bit Linux.</summary>
internal readonly record struct TimeSpec(long Seconds, long Nanoseconds)
{
    /// <summary>UTIME_OMIT: leave this time as it is.</summary>
    public static TimeSpec Omit { get; } = new(0, 0x3ffffffe);
}
