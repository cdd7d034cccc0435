namespace RegistryCache.Oci;

/// <summary>How transient failures are met: waits that double, with jitter, within a budget.</summary>
public sealed class RetryOptions
{
    /// <summary>How often one step is tried without progress, which is 16 KiB of new bytes or more. Default 6, at least 1.</summary>
    public int MaxAttempts { get; set; } = 6;

    /// <summary>The first wait; each further one is twice as long, and a random part of up to a half is taken away. Default 500 ms, above 0.</summary>
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait of our own choice; a registry may ask for more with <c>Retry-After</c>. Default 20 s, at least <see cref="BaseDelay"/>.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The time from the first failure within which a step must make progress. A <c>Retry-After</c> that reaches beyond it fails at
    /// once. Default 2 minutes, 0 or more.
    /// </summary>
    public TimeSpan Budget { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Seeds the jitter, for tests; <see langword="null"/> (default) means unpredictable.</summary>
    public int? JitterSeed { get; set; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAttempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(BaseDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDelay, BaseDelay);
        ArgumentOutOfRangeException.ThrowIfLessThan(Budget, TimeSpan.Zero);
    }
}
