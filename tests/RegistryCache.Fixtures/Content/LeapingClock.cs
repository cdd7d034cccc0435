namespace RegistryCache.Fixtures.Content;

/// <summary>
/// A clock that leaps to the next timer once nothing in this process moves, so that waits of seconds end at once in tests that talk to
/// real sockets. While anything works it goes as the real one does: however loaded the machine is, a limit of seconds never ends a
/// transfer that goes on. A clock of a fixed higher speed would do just that.
/// </summary>
/// <remarks>
/// Client and servers of such a test are one process. Nothing moves when <see cref="PoolRest"/> says so and the test's own thread waits as
/// well. Everything in such a test must wait by this clock: to it, a wait by another one is rest.
/// </remarks>
public sealed class LeapingClock : TimeProvider
{
    private const int LooksWithoutTimers = 100;

    private readonly Lock _gate = new();
    private readonly List<LeapingTimer> _armed = [];
    private readonly HashSet<Thread> _threads = [];
    private readonly DateTimeOffset _start = System.GetUtcNow();
    private readonly long _startStamp = System.GetTimestamp();
    private TimeSpan _leapt;
    private bool _looks;
    private long _countOfLooks;

    /// <summary>How often the clock has looked whether anything moves.</summary>
    public long Looks => Interlocked.Read(ref _countOfLooks);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new LeapingTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private TimeSpan Elapsed
    {
        get
        {
            lock (_gate)
                return System.GetElapsedTime(_startStamp) + _leapt;
        }
    }

    private void Arm(LeapingTimer timer, TimeSpan? due)
    {
        lock (_gate)
        {
            _armed.Remove(timer);
            if (due is null)
                return;
            timer.Due = Elapsed + due.Value;
            _armed.Add(timer);
            if (!Thread.CurrentThread.IsThreadPoolThread)
                _threads.Add(Thread.CurrentThread);
            if (_looks)
                return;
            _looks = true;
        }

        // Not of the pool, whose rest it looks for.
        new Thread(Look) { IsBackground = true, Name = nameof(LeapingClock) }.Start();
    }

    private void Look()
    {
        using var rest = new PoolRest();
        var empty = 0;
        while (true)
        {
            var isAtRest = rest.Look();
            Interlocked.Increment(ref _countOfLooks);
            lock (_gate)
            {
                empty = _armed.Count == 0 ? empty + 1 : 0;
                if (empty == LooksWithoutTimers)
                {
                    _looks = false;
                    return;
                }

                if (isAtRest && _armed.Count > 0 && _threads.All(IsWaiting))
                {
                    var ahead = _armed.Min(static timer => timer.Due) - Elapsed;
                    _leapt += ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero;
                }

                FireWhatIsDue();
            }
        }
    }

    private void FireWhatIsDue()
    {
        var now = Elapsed;
        foreach (var timer in _armed.Where(timer => timer.Due <= now).OrderBy(static timer => timer.Due).ToList())
        {
            _armed.Remove(timer);
            if (timer.Period is { } period)
            {
                timer.Due = now + period;
                _armed.Add(timer);
            }

            ThreadPool.UnsafeQueueUserWorkItem(static timer => timer.Fire(), timer, preferLocal: false);
        }
    }

    private static bool IsWaiting(Thread thread) => !thread.IsAlive || thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin);

    private sealed class LeapingTimer(LeapingClock clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _ended;

        public TimeSpan Due { get; set; }

        public TimeSpan? Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_ended)
                return false;
            Period = period > TimeSpan.Zero ? period : null;
            clock.Arm(this, dueTime == Timeout.InfiniteTimeSpan ? null : dueTime);
            return true;
        }

        public void Fire()
        {
            if (!_ended)
                callback(state);
        }

        public void Dispose()
        {
            _ended = true;
            clock.Arm(this, null);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
