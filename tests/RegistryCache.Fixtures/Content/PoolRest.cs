namespace RegistryCache.Fixtures.Content;

/// <summary>
/// Whether nothing in this process moves. Client and servers of a test do all their work on the thread pool. It is at rest when no work
/// waits, none was done since the last look, and no more threads work than ever did at rest. This must be so several times in a row, and
/// before each time the sockets' own thread must have brought to the pool what has arrived: see <see cref="SocketProbe"/>. To give it a
/// moment instead is not enough, because a loaded machine may not let it run for long.
/// </summary>
/// <remarks>To it, a wait by the real clock is rest. It must be asked from a thread that is not of the pool.</remarks>
public sealed class PoolRest : IDisposable
{
    private const int LooksAtRest = 6;
    private const int LooksAtRestWithMoreThreads = 10_000;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(1);
    private static int _leastWorking = int.MaxValue;

    private readonly SocketProbe _probe = new();
    private long _done = -1;
    private int _rests;
    private int _restsWithMoreThreads;

    /// <summary>Looks once more.</summary>
    /// <returns>Whether there was rest often enough; the next time counts from zero.</returns>
    public bool Look()
    {
        Thread.Sleep(BetweenLooks);
        if (_probe.IsUnderWay)
            return false;
        _probe.Send();
        var before = _done;
        _done = ThreadPool.CompletedWorkItemCount;
        _rests = IsAtRest(_done == before) ? _rests + 1 : 0;
        if (_rests < LooksAtRest)
            return false;
        _rests = 0;
        return true;
    }

    public void Dispose() => _probe.Dispose();

    private bool IsAtRest(bool nothingDone)
    {
        if (ThreadPool.PendingWorkItemCount > 0 || !nothingDone)
        {
            _restsWithMoreThreads = 0;
            return false;
        }

        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);

        // The test host keeps some threads of the pool for itself; they never end their work.
        var working = most - available;
        _leastWorking = Math.Min(_leastWorking, working);
        if (working == _leastWorking)
            return true;

        // Or it keeps one more than it did when the least was seen. No work takes this long without an end, so that is the least now.
        if (++_restsWithMoreThreads < LooksAtRestWithMoreThreads)
            return false;
        _restsWithMoreThreads = 0;
        _leastWorking = working;
        return true;
    }
}
