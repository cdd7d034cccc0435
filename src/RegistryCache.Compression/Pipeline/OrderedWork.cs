using System.Threading.Channels;
using RegistryCache.Core.Layers;

namespace RegistryCache.Compression.Pipeline;

/// <summary>Cuts pieces from a stream, processes them in parallel, and returns them in order. At any time there are at most two more pieces
/// than workers, which limits memory.</summary>
internal static class OrderedWork
{
    public static async Task RunAsync<TPiece, TResult>(
        Func<CancellationToken, ValueTask<TPiece?>> cut,
        Func<TPiece, TResult> work,
        Func<TResult, CancellationToken, ValueTask> write,
        LayerWorkers workers,
        CancellationToken cancellationToken)
        where TPiece : class
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = Channel.CreateBounded<Task<TResult>>(
            new BoundedChannelOptions(workers.Count) { SingleReader = true, SingleWriter = true });
        var cutting = CutAllAsync();
        try
        {
            await foreach (var result in running.Reader.ReadAllAsync(stop.Token).ConfigureAwait(false))
                await write(await result.ConfigureAwait(false), stop.Token).ConfigureAwait(false);
            await cutting.ConfigureAwait(false);
        }
        catch
        {
            // After this returns, no piece may still read from the caller's streams.
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
                        // Nobody reads it from the channel any more, so its end is awaited and its failure observed here.
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
}
