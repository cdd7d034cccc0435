using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Restore;

/// <summary>Creates small files while another thread reads the tar. They are handed over in batches, so that two writers are rarely in the
/// same directory, where the kernel creates one name after another. If files fail, the first one in the order of the layer counts,
/// whichever writer is faster. Only one thread may call the methods.</summary>
internal sealed class FileWriters : IAsyncDisposable
{
    private const int MaxWriters = 4;
    private readonly Channel<(long Number, FileBatch Batch)> _batches;
    private readonly Task[] _workers;
    private readonly Lock _lock = new();
    private FileBatch _filling = new();
    private TaskCompletionSource? _idle;
    private (long Number, Exception Error)? _failure;
    private long _number;
    private int _pending;

    public FileWriters()
    {
        // Even one core gains from a second writer, which runs while the first one waits for the disk.
        var writers = Math.Clamp(Environment.ProcessorCount, 2, MaxWriters);
        _batches = Channel.CreateBounded<(long, FileBatch)>(new BoundedChannelOptions(writers) { SingleWriter = true });
        _workers = [.. Enumerable.Range(0, writers).Select(_ => Task.Run(WorkAsync))];
    }

    /// <summary>Reads the content of a file, which is at most <see cref="FileBatch.MaxFileLength"/> long, and writes it soon.</summary>
    public async ValueTask WriteAsync(
        Folder folder, string name, int length, IEntryContent content, NodeMetadata metadata, CancellationToken cancellationToken)
    {
        if (!_filling.TryGetSpace(folder, length, out var space))
        {
            await HandOverAsync(cancellationToken).ConfigureAwait(false);
            _filling.TryGetSpace(folder, length, out space);
        }

        var done = 0;
        while (await content.ReadAsync(cancellationToken).ConfigureAwait(false) is { Data.Length: > 0 } piece)
        {
            var start = (int)piece.Offset;
            space.Span[done..start].Clear();
            piece.Data.CopyTo(space[start..]);
            done = start + piece.Data.Length;
        }

        space.Span[done..].Clear();
        _filling.Add(folder, name, length, metadata);
    }

    /// <summary>Waits until every file so far is written.</summary>
    public async ValueTask DrainAsync()
    {
        if (!_filling.IsEmpty)
            await HandOverAsync(CancellationToken.None).ConfigureAwait(false);
        Task? idle = null;
        lock (_lock)
        {
            if (_pending > 0)
                idle = (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        if (idle is not null)
            await idle.ConfigureAwait(false);
        lock (_lock)
        {
            if (_failure is { } failure)
                ExceptionDispatchInfo.Throw(failure.Error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _batches.Writer.TryComplete();
        await Task.WhenAll(_workers).ConfigureAwait(false);
        _filling.Dispose();
    }

    private async ValueTask HandOverAsync(CancellationToken cancellationToken)
    {
        bool hasFailed;
        lock (_lock)
        {
            hasFailed = _failure is not null;
            _pending++;
        }

        var batch = _filling;
        _filling = new FileBatch();
        try
        {
            await _batches.Writer.WriteAsync((_number++, batch), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            batch.Dispose();
            Finish();
            throw;
        }

        if (hasFailed)
            await DrainAsync().ConfigureAwait(false);
    }

    private async Task WorkAsync()
    {
        await foreach (var (number, batch) in _batches.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            using (batch)
            {
                if (!HasFailedBefore(number) && batch.Write() is { } error)
                {
                    lock (_lock)
                    {
                        if (!(_failure?.Number < number))
                            _failure = (number, error);
                    }
                }
            }

            Finish();
        }
    }

    private bool HasFailedBefore(long number)
    {
        lock (_lock)
            return _failure?.Number < number;
    }

    private void Finish()
    {
        TaskCompletionSource? idle = null;
        lock (_lock)
        {
            if (--_pending == 0)
                (idle, _idle) = (_idle, null);
        }

        idle?.SetResult();
    }
}
