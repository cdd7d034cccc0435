namespace RegistryCache.Cli.Output;

/// <summary>The rate of the last few seconds. The whole time would hide that a transfer became slow.</summary>
internal sealed class TransferRate(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private readonly Queue<(long Timestamp, long Bytes)> _samples = new();
    private (long Timestamp, long Bytes) _last;

    /// <summary>The rate; <see langword="null"/> in the first second.</summary>
    public double? BytesPerSecond => _samples.TryPeek(out var first) && time.GetElapsedTime(first.Timestamp, _last.Timestamp) is var span
        && span >= Least ? Math.Max(0, _last.Bytes - first.Bytes) / span.TotalSeconds : null;

    public void Add(long bytesDone)
    {
        _last = (time.GetTimestamp(), bytesDone);
        _samples.Enqueue(_last);
        while (time.GetElapsedTime(_samples.Peek().Timestamp, _last.Timestamp) > Window)
            _samples.Dequeue();
    }
}
