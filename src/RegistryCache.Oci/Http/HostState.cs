namespace RegistryCache.Oci.Http;

/// <summary>What all requests to one host share: its slots, its pauses and what was learned about it. The slots are never disposed, because
/// a caller that waits for one would then wait without end.</summary>
#pragma warning disable CA1001
internal sealed class HostState(int slots, TimeProvider time)
#pragma warning restore CA1001
{
    private const int Unknown = 0;
    private const int Refused = 1;
    private const int Taken = 2;

    private readonly Lock _lock = new();
    private int _singlePost = Unknown;
    private bool _isOut;
    private long _pausedFrom;
    private TimeSpan _pause;

    /// <summary>Slots for streams that are being read. Separate from <see cref="Slots"/>, because an upload that holds a slot may read its
    /// content from the same host.</summary>
    public SemaphoreSlim ReadSlots { get; } = new(slots, slots);

    /// <summary>Slots for everything else.</summary>
    public SemaphoreSlim Slots { get; } = new(slots, slots);

    /// <summary>Set when the host answered 417: it does not support <c>Expect: 100-continue</c>.</summary>
    public bool RefusesExpect { get; set; }

    /// <summary>Whether the host has answered as only a registry does.</summary>
    public bool IsRegistry { get; set; }

    /// <summary>Whether short requests share a connection with HTTP/2. A broken connection breaks all requests that share it, and a dead
    /// one would take their repetitions too, so after a failure each request has a connection of its own.</summary>
    public bool SharesConnections { get; set; } = true;

    /// <summary>Whether to send a small blob in one POST. It is allowed, but few registries take it. One blob finds out.</summary>
    public bool TriesSinglePost() =>
        Volatile.Read(ref _singlePost) == Taken || Interlocked.CompareExchange(ref _singlePost, Refused, Unknown) == Unknown;

    public void LearnSinglePost() => Volatile.Write(ref _singlePost, Taken);

    /// <summary>Whether to say that the host cannot be reached: once, until it was reached again. Many requests can find it out.</summary>
    public bool TellsOutage() => !Interlocked.Exchange(ref _isOut, true);

    /// <summary>The host answered.</summary>
    public void Reached() => Volatile.Write(ref _isOut, false);

    /// <summary>Makes every request to the host wait. A registry that asks to slow down means the whole client.</summary>
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
