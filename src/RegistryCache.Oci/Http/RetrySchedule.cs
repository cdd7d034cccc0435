namespace RegistryCache.Oci.Http;

/// <summary>Counts the failures of one step and decides whether and when to try again. Progress resets it.</summary>
internal sealed class RetrySchedule(RetryPolicy policy, TimeProvider time, Random jitter)
{
    /// <summary>The new bytes that count as progress. With fewer, one byte per connection could hold the client for ever.</summary>
    public const int ProgressBytes = 16 << 10;

    private int _failures;
    private long _firstFailure;

    public int Failures => _failures;

    /// <summary>Whether a later attempt may get another answer. Servers and proxies use many status codes above 500 for that (520 to 530,
    /// 598, 599). The excluded codes say that the server does not support the method or the version, or does not accept the
    /// client.</summary>
    public static bool IsTransient(int status) => status is 408 or 425 or 429 or (>= 500 and <= 599 and not (501 or 505 or 511));

    /// <summary>Counts a failure.</summary>
    /// <returns>How long to wait, or <see langword="null"/> to give up.</returns>
    public TimeSpan? Fail(TimeSpan? asked)
    {
        if (_failures++ == 0)
            _firstFailure = time.GetTimestamp();
        if (_failures >= policy.MaxAttempts)
            return null;
        var own = Math.Min(policy.MaxDelay.Ticks, policy.FirstDelay.Ticks * Math.Pow(2, Math.Min(_failures - 1, 30)));
        double random;
        lock (jitter)
            random = jitter.NextDouble();
        var delay = TimeSpan.FromTicks((long)(own * (1 - random / 2)));
        if (asked is { } wish && wish > TimeSpan.Zero)
            delay = wish + TimeSpan.FromTicks((long)(policy.FirstDelay.Ticks * random));
        return time.GetElapsedTime(_firstFailure) + delay > policy.Budget ? null : delay;
    }

    public void Progress() => _failures = 0;
}
