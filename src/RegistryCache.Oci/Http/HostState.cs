namespace RegistryCache.Oci.Http;

/// <summary>
/// What is shared by all requests to one host: its slots, its pace and what was learnt about it. The slots are never disposed:
/// whoever waits for one then would wait without end.
/// </summary>
#pragma warning disable CA1001
internal sealed class HostState(int slots, TimeProvider time)
#pragma warning restore CA1001
{
    private readonly Lock _lock = new();
    private long _pausedFrom;
    private TimeSpan _pause;

    /// <summary>Streams that are being read. Apart from <see cref="Slots"/>, because an upload that holds a slot may read its content from here.</summary>
    public SemaphoreSlim ReadSlots { get; } = new(slots, slots);

    /// <summary>Everything else.</summary>
    public SemaphoreSlim Slots { get; } = new(slots, slots);

    /// <summary>Set when the host answered 417: it does not know <c>Expect: 100-continue</c>.</summary>
    public bool RefusesExpect { get; set; }

    /// <summary>Makes every request to the host wait: one client that is told to slow down does so as a whole.</summary>
    public void Pause(TimeSpan duration)
    {
        lock (_lock)
        {
            if (duration > Remaining())
            {
                _pausedFrom = time.GetTimestamp();
                _pause = duration;
            }
        }
    }

    /// <summary>How long the host is still to be left alone.</summary>
    public TimeSpan PauseLeft()
    {
        lock (_lock)
            return Remaining();
    }

    private TimeSpan Remaining()
    {
        if (_pause == TimeSpan.Zero)
            return TimeSpan.Zero;
        var left = _pause - time.GetElapsedTime(_pausedFrom);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
