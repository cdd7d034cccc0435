using RegistryCache.Core.Errors;

namespace RegistryCache.Oci;

/// <summary>How transient failures are retried: with delays that double, with jitter, within a time budget.</summary>
public sealed record RetryOptions
{
    /// <summary>How often one step is tried without progress. Progress means 16 KiB of new bytes or more. Default 6, at least 1.</summary>
    public int MaxAttempts { get; init => field = Option.AtLeast(value, 1); } = 6;

    /// <summary>The first delay. Each later delay is twice as long, and a random part of up to one half is subtracted. Default 500 ms,
    /// above 0.</summary>
    public TimeSpan BaseDelay { get; init => field = Option.Positive(value); } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest delay that the client chooses. A registry can ask for more with <c>Retry-After</c>. Default 20 s, at least
    /// <see cref="BaseDelay"/>.</summary>
    public TimeSpan MaxDelay { get; init => field = Option.Positive(value); } = TimeSpan.FromSeconds(20);

    /// <summary>The time after the first failure in which a step must make progress. A <c>Retry-After</c> beyond this time makes the step
    /// fail at once. Default 2 minutes, 0 or more.</summary>
    public TimeSpan Budget { get; init => field = Option.NotNegative(value); } = TimeSpan.FromMinutes(2);

    /// <summary>The seed of the jitter, for tests. <see langword="null"/> (default) means random.</summary>
    public int? JitterSeed { get; init; }

    internal void Validate()
    {
        if (MaxDelay < BaseDelay)
            throw Option.Invalid(nameof(MaxDelay), MaxDelay, $"at least {nameof(BaseDelay)}");
    }
}
