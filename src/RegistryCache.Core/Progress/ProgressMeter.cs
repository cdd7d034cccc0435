namespace RegistryCache.Core.Progress;

/// <summary>Counts the bytes of one phase and reports them, at most ten times a second. Thread-safe; reports come one after the
/// other.</summary>
internal sealed class ProgressMeter
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly IProgress<CacheProgress> _progress;
    private readonly CachePhase _phase;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private long _done;
    private long _total = -1;
    private long _reported;

    private ProgressMeter(IProgress<CacheProgress> progress, CachePhase phase, TimeProvider time) =>
        (_progress, _phase, _time, _reported) = (progress, phase, time, time.GetTimestamp());

    /// <returns><see langword="null"/> if nobody asks, so that counting costs nothing then.</returns>
    public static ProgressMeter? Create(IProgress<CacheProgress>? progress, CachePhase phase, TimeProvider time) =>
        progress is null ? null : new ProgressMeter(progress, phase, time);

    /// <summary>So many more bytes belong to the phase, or fewer.</summary>
    public void Expect(long bytes)
    {
        lock (_gate)
            _total = Math.Max(_total, 0) + bytes;
    }

    /// <summary>So many more bytes are done, or fewer. The item is made a text only if it is reported.</summary>
    public void Add<T>(long bytes, T item)
        where T : notnull
    {
        lock (_gate)
        {
            _done += bytes;
            if (_time.GetElapsedTime(_reported) < Interval)
                return;
            _reported = _time.GetTimestamp();
            _progress.Report(new CacheProgress(_phase, item.ToString() ?? "", _done, _total < 0 ? null : Math.Max(_total, _done)));
        }
    }

    /// <summary>The phase begins again. What was counted so far came to nothing.</summary>
    public void Restart()
    {
        lock (_gate)
            (_done, _total) = (0, -1);
    }

    /// <summary>The phase is done. What is counted after that is a new one.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _progress.Report(new CacheProgress(_phase, "", _done, _done) { IsDone = true });
            (_done, _total) = (0, -1);
        }
    }

    /// <summary>The same content, counted while it is read.</summary>
    public BlobSource Measure<T>(BlobSource content, T item)
        where T : notnull => new MeteredSource<T>(this, content, item);

    /// <summary>Counts the transfer of one blob.</summary>
    public MeteredTransfer Transfer() => new MeteredTransfer(this);
}
