using System.Collections.Concurrent;

namespace RegistryCache.Oci.Auth;

/// <summary>Caches tokens by registry, realm, service, scope and credential. Requests that need the same new token share one
/// fetch.</summary>
internal sealed class TokenCache : IDisposable
{
    // A process that runs for long meets many repositories, and a server can name another realm each time.
    private const int Many = 256;

    private readonly ConcurrentDictionary<TokenRequest, Entry> _entries = new();
    // Not disposed, because a fetch that starts at the same moment still needs its token.
#pragma warning disable CA2213
    private readonly CancellationTokenSource _lifetime = new();
#pragma warning restore CA2213

    /// <summary>How many tokens are kept, in use or not.</summary>
    public int Count => _entries.Count;

    /// <summary>The cached token, or a new one if none is cached, if it is due for renewal, or if it is the one that was refused.</summary>
    public async Task<AccessToken> GetAsync(
        TokenRequest request, string? refused, Func<TokenRequest, CancellationToken, Task<AccessToken>> fetch,
        CancellationToken cancellationToken)
    {
        if (!_entries.TryGetValue(request, out var entry))
        {
            RemoveUseless();
            entry = _entries.GetOrAdd(request, static _ => new Entry());
        }

        Task<AccessToken> task;
        lock (entry)
        {
            var current = entry.Task;
            var usable = current is not null
                && (!current.IsCompleted || (current.IsCompletedSuccessfully && IsUsable(current, refused)));
            if (!usable)
            {
                // All waiters share the fetch. The one that started it can be cancelled without ending it for the others.
                entry.Task = Task.Run(() => fetch(request, _lifetime.Token), CancellationToken.None);

                // If all waiters have left when it fails, nobody else observes the failure.
                _ = entry.Task.ContinueWith(
                    static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }

            task = entry.Task!;
        }

        try
        {
            return await task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_lifetime.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(TokenCache));
        }
    }

    public void Dispose() => _lifetime.Cancel();

    private void RemoveUseless()
    {
        if (_entries.Count < Many)
            return;
        foreach (var (request, entry) in _entries)
        {
            // A fetch that has not started or not ended is somebody's.
            lock (entry)
            {
                if (entry.Task is { IsCompleted: true } task && !(task.IsCompletedSuccessfully && IsUsable(task, refused: null)))
                    _entries.TryRemove(request, out _);
            }
        }
    }

    // The task has completed successfully, so reading its value does not block.
    private static bool IsUsable(Task<AccessToken> task, string? refused)
    {
        var token = task.GetAwaiter().GetResult();
        return !token.IsDue && token.Value != refused;
    }

    private sealed class Entry
    {
        public Task<AccessToken>? Task { get; set; }
    }
}
