namespace RegistryCache.Testing.Protocol;

/// <summary>Counts pulls for a rate limit. The count starts again when its window is over. Thread-safe.</summary>
internal sealed class PullCount(TimeProvider clock)
{
    /// <summary>The window of Docker Hub.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(6);

    private readonly Lock _gate = new();
    private DateTimeOffset _end;
    private int _count;

    public int Current
    {
        get
        {
            lock (_gate)
                return clock.GetUtcNow() < _end ? _count : 0;
        }
    }

    /// <summary>Counts one more, and returns how many there are.</summary>
    public int Add()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (now >= _end)
                (_count, _end) = (0, now + Window);
            return ++_count;
        }
    }
}
