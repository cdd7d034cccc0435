using System.Threading.Channels;
using RegistryCache.Core.Layers;

namespace RegistryCache.Compression.Pipeline;

/// <summary>Cuts pieces from a stream, processes them in parallel, and returns them in order. At any time there is at most one piece more
/// than workers, and all but one have a place of theirs, which limits memory also when many streams are read.</summary>
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
        var running = Channel.CreateBounded<(Task<TResult> Result, bool HasPlace)>(
            new BoundedChannelOptions(workers.Count) { SingleReader = true, SingleWriter = true });
        var inMemory = 0;
        var cutting = CutAllAsync();
        try
        {
            await foreach (var (result, hasPlace) in running.Reader.ReadAllAsync(stop.Token).ConfigureAwait(false))
            {
                try
                {
                    await write(await result.ConfigureAwait(false), stop.Token).ConfigureAwait(false);
                }
                finally
                {
                    Leave(hasPlace);
                }
            }

            await cutting.ConfigureAwait(false);
        }
        catch
        {
            // After this returns, no piece may still read from the caller's streams.
            await stop.CancelAsync().ConfigureAwait(false);
            await cutting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (running.Reader.TryRead(out var piece))
            {
                await ((Task)piece.Result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Leave(piece.HasPlace);
            }

            throw;
        }

        async Task CutAllAsync()
        {
            Exception? failure = null;
            try
            {
                while (await CutAsync().ConfigureAwait(false))
                {
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

        async Task<bool> CutAsync()
        {
            // One piece needs no place, so that no stream waits for the others.
            var hasPlace = Interlocked.Increment(ref inMemory) > 1;
            if (hasPlace)
                await workers.TakePlaceAsync(stop.Token).ConfigureAwait(false);
            try
            {
                if (await cut(stop.Token).ConfigureAwait(false) is { } piece)
                {
                    await HandOverAsync(workers.RunAsync(() => work(piece), stop.Token), hasPlace).ConfigureAwait(false);
                    return true;
                }

                Leave(hasPlace);
                return false;
            }
            catch
            {
                Leave(hasPlace);
                throw;
            }
        }

        async Task HandOverAsync(Task<TResult> result, bool hasPlace)
        {
            try
            {
                await running.Writer.WriteAsync((result, hasPlace), stop.Token).ConfigureAwait(false);
            }
            catch
            {
                // Nobody reads it from the channel any more, so its end is awaited and its failure observed here.
                await ((Task)result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }
        }

        void Leave(bool hasPlace)
        {
            Interlocked.Decrement(ref inMemory);
            if (hasPlace)
                workers.FreePlace();
        }
    }
}
