using System.Buffers;

namespace RegistryCache.Core.Layers;

/// <summary>The one limit on how many pieces of layers are compressed at the same time, and how many are in memory. All layers of an
/// operation share one instance, so that one large layer uses every core and many layers do not use more than that. Thread-safe.</summary>
internal sealed class LayerWorkers : IDisposable
{
    private const int LargestBuffer = 16 * 1024 * 1024;
    private const int BuffersOfOneSize = 32;

    // These are not disposed: work may run or wait when the workers are closed, and they hold only memory.
#pragma warning disable CA2213
    private readonly SemaphoreSlim _free;
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _closed = new();
#pragma warning restore CA2213

    public LayerWorkers(int? count = null)
    {
        Count = count ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, 1, nameof(count));
        _free = new SemaphoreSlim(Count, Count);
        _places = new SemaphoreSlim(Count);
    }

    /// <summary>How many pieces may be worked on at once.</summary>
    public int Count { get; }

    /// <summary>Arrays for the pieces, up to 16 MiB each. <see cref="ArrayPool{T}.Shared"/> would keep one array of each size for every
    /// thread, which adds up to hundreds of megabytes. This pool keeps only as many as were in use at once.</summary>
    public ArrayPool<byte> Buffers { get; } = ArrayPool<byte>.Create(LargestBuffer, BuffersOfOneSize);

    /// <summary>Runs one piece of work on a pool thread when a worker is free. It must not wait for other work of the same workers.
    /// Cancellation ends only the wait; work that runs is finished.</summary>
    /// <exception cref="ObjectDisposedException">The workers are disposed, or were while the work waited.</exception>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await WaitAsync(_free, cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(work, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Waits until one more piece may be in memory: one for each worker, besides one of each layer.</summary>
    /// <exception cref="ObjectDisposedException">The workers are disposed, or were during the wait.</exception>
    public Task TakePlaceAsync(CancellationToken cancellationToken) => WaitAsync(_places, cancellationToken);

    /// <summary>Gives the place of a piece back.</summary>
    public void FreePlace() => _places.Release();

    /// <summary>Ends all waiting with <see cref="ObjectDisposedException"/>. Work that runs is finished, and its result is kept.</summary>
    public void Dispose() => _closed.Cancel();

    private async Task WaitAsync(SemaphoreSlim semaphore, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed.IsCancellationRequested, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        try
        {
            await semaphore.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(LayerWorkers));
        }
    }
}
