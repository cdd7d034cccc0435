using System.Threading.Channels;
using RegistryCache.Core.Layers;
using RegistryCache.Layers;

namespace RegistryCache.Compression.Pipeline;

/// <summary>
/// Pieces are cut from a stream one after another, worked on at the same time, and handed on in their order. At most two pieces more
/// than there are workers exist at once, which bounds memory.
/// </summary>
internal static class OrderedWork
{
    public static async Task RunAsync<TPiece, TResult>(
        Func<CancellationToken, ValueTask<TPiece?>> cut,
        Func<TPiece, TResult> work,
        Func<TResult, CancellationToken, ValueTask> handOn,
        LayerWorkers workers,
        CancellationToken cancellationToken)
        where TPiece : class
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = Channel.CreateBounded<Task<TResult>>(new BoundedChannelOptions(workers.Count) { SingleReader = true, SingleWriter = true });
        var cutting = CutAllAsync();
        try
        {
            await foreach (var result in running.Reader.ReadAllAsync(stop.Token).ConfigureAwait(false))
                await handOn(await result.ConfigureAwait(false), stop.Token).ConfigureAwait(false);
            await cutting.ConfigureAwait(false);
        }
        catch
        {
            // No piece may still read from the caller's streams once this returns.
            await stop.CancelAsync().ConfigureAwait(false);
            await cutting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (running.Reader.TryRead(out var result))
                await ((Task)result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        async Task CutAllAsync()
        {
            Exception? failure = null;
            try
            {
                while (await cut(stop.Token).ConfigureAwait(false) is { } piece)
                {
                    var result = workers.RunAsync(() => work(piece), stop.Token);
                    try
                    {
                        await running.Writer.WriteAsync(result, stop.Token).ConfigureAwait(false);
                    }
                    catch
                    {
                        // Nobody will take it from the channel, so it is waited for and its failure seen here.
                        await ((Task)result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                        throw;
                    }
                }
            }
            catch (Exception e)
            {
                failure = e;
                throw;
            }
            finally
            {
                running.Writer.Complete(failure);
            }
        }
    }

    /// <summary>The workers to use for a call: the shared ones, or new ones that the returned scope disposes.</summary>
    public static WorkersScope Workers(LayerEncodeOptions options) => new(options.Workers);

    internal readonly struct WorkersScope : IDisposable
    {
        private readonly LayerWorkers? _own;

        public WorkersScope(LayerWorkers? shared)
        {
            _own = shared is null ? new LayerWorkers() : null;
            Value = shared ?? _own!;
        }

        public LayerWorkers Value { get; }

        public void Dispose() => _own?.Dispose();
    }
}
