using System.Buffers;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>
/// Creates small files while another thread reads the tar. Two at a time are faster than one even on two cores, more are not:
/// creating names in one directory is serial in the kernel. The first failure is thrown by the next call.
/// </summary>
internal sealed class FileWriters : IAsyncDisposable
{
    private const int MaxWriters = 2;
    private readonly Channel<Job> _jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(64) { SingleWriter = true });
    private readonly Task[] _workers;
    private readonly Lock _lock = new();
    private TaskCompletionSource? _idle;
    private Exception? _failure;
    private int _pending;

    public FileWriters() =>
        _workers = [.. Enumerable.Range(0, Math.Min(MaxWriters, Environment.ProcessorCount)).Select(_ => Task.Run(WorkAsync))];

    /// <summary>Queues a file. The writers then own the folder reference and the buffer, which comes from the shared pool.</summary>
    public async ValueTask WriteAsync(
        Folder folder, string name, byte[] buffer, int length, NodeMetadata metadata, CancellationToken cancellationToken)
    {
        var job = new Job(folder, name, buffer, length, metadata);
        try
        {
            ThrowIfFailed();
            lock (_lock)
                _pending++;
            try
            {
                await _jobs.Writer.WriteAsync(job, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                Finish();
                throw;
            }
        }
        catch
        {
            job.Release();
            throw;
        }
    }

    /// <summary>Waits until everything queued is written.</summary>
    public async ValueTask DrainAsync()
    {
        Task? idle = null;
        lock (_lock)
        {
            if (_pending > 0)
                idle = (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        if (idle is not null)
            await idle.ConfigureAwait(false);
        ThrowIfFailed();
    }

    public static SafeFileHandle CreateReplacing(Folder folder, string name)
    {
        SafeFileHandle? file;
        while ((file = folder.TryCreateFile(name)) is null)
            FolderTrees.Delete(folder, name);
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        _jobs.Writer.TryComplete();
        await Task.WhenAll(_workers).ConfigureAwait(false);
    }

    public static void Write(SafeFileHandle file, string name, ReadOnlySpan<byte> content, long offset)
    {
        try
        {
            RandomAccess.Write(file, content, offset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(name, e);
        }
    }

    public static void SetLength(SafeFileHandle file, string name, long length)
    {
        try
        {
            RandomAccess.SetLength(file, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(name, e);
        }
    }

    private static CacheStorageException CannotWrite(string name, Exception cause) =>
        CacheStorageException.Failed($"Cannot write '{ErrorText.Quote(name)}'", cause);

    private void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } failure)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    private async Task WorkAsync()
    {
        await foreach (var job in _jobs.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                if (Volatile.Read(ref _failure) is null)
                    Run(job);
            }
#pragma warning disable CA1031 // The reading thread rethrows it.
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, e, null);
            }
#pragma warning restore CA1031
            finally
            {
                job.Release();
                Finish();
            }
        }
    }

    private static void Run(Job job)
    {
        using var file = CreateReplacing(job.Folder, job.Name);
        if (job.Length > 0)
            Write(file, job.Name, job.Buffer.AsSpan(0, job.Length), 0);
        job.Folder.Apply(file, job.Name, job.Metadata);
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

    private sealed record Job(Folder Folder, string Name, byte[] Buffer, int Length, NodeMetadata Metadata)
    {
        public void Release()
        {
            Folder.Dispose();
            ArrayPool<byte>.Shared.Return(Buffer);
        }
    }
}
