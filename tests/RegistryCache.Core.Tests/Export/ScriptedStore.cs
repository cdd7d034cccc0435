using System.Collections.Concurrent;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Export;

/// <summary>A store in memory that writes down every call and can fail at any of them.</summary>
internal sealed class ScriptedStore : IContentStore
{
    private int _calls;
    private int _running;
    private int _mostRunning;

    public InMemoryContentStore Inner { get; } = new("scripted");

    public string DisplayName => Inner.DisplayName;

    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>The most pushes that ran at one time.</summary>
    public int MostRunning => _mostRunning;

    /// <summary>Runs before a call, with its number since this was set, from 0.</summary>
    public Action<int>? Before { get; set; }

    /// <summary>Awaited in the middle of each push of a blob.</summary>
    public Func<Task>? DuringPush { get; set; }

    public Task<long?> FindBlobAsync(Digest digest, CancellationToken cancellationToken)
    {
        Enter($"find {digest}");
        return Inner.FindBlobAsync(digest, cancellationToken);
    }

    public Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        Enter($"open {descriptor.Digest}");
        return Inner.OpenBlobAsync(descriptor, cancellationToken);
    }

    public async Task<ByteRangeReader> OpenBlobRangesAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        Enter($"ranges {descriptor.Digest}");
        return await Inner.OpenBlobRangesAsync(descriptor, cancellationToken);
    }

    public async Task<(BlobPushOutcome Outcome, long BytesSent)> PushBlobAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        Enter($"blob {descriptor.Digest}");
        var running = Interlocked.Increment(ref _running);
        for (int most; running > (most = Volatile.Read(ref _mostRunning));)
            Interlocked.CompareExchange(ref _mostRunning, running, most);
        try
        {
            if (DuringPush is { } wait)
                await wait();
            return await Inner.PushBlobAsync(descriptor, source, progress, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public Task<Descriptor?> ResolveManifestAsync(ManifestReference reference, CancellationToken cancellationToken)
    {
        Enter($"resolve {reference}");
        return Inner.ResolveManifestAsync(reference, cancellationToken);
    }

    public Task<ManifestContent?> FetchManifestAsync(ManifestReference reference, long maxBytes, CancellationToken cancellationToken)
    {
        Enter($"fetch {reference}");
        return Inner.FetchManifestAsync(reference, maxBytes, cancellationToken);
    }

    public Task PushManifestAsync(ManifestContent manifest, string? tag, CancellationToken cancellationToken)
    {
        Enter($"manifest {tag}");
        return Inner.PushManifestAsync(manifest, tag, cancellationToken);
    }

    private void Enter(string call)
    {
        Calls.Enqueue(call);
        Before?.Invoke(Interlocked.Increment(ref _calls) - 1);
    }
}
