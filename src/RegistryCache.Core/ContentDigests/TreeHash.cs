using System.Threading.Channels;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.ContentDigests;

/// <summary>Walks a tree on one thread and hashes its files on several.</summary>
internal static class TreeHash
{
    private const int QueueLength = 128;

    /// <summary>Everything in a tree but sockets, in canonical order. A <paramref name="concurrency"/> of 0 means the number of processors.
    /// What is in <paramref name="own"/> is skipped, with everything in it.</summary>
    public static async Task<List<HashedNode>> ReadAsync(
        string path,
        PathFilter filter,
        int concurrency,
        StatCache? cache,
        FolderAccess access,
        OwnPlaces? own,
        CancellationToken cancellationToken)
    {
        var workers = concurrency > 0 ? concurrency : Environment.ProcessorCount;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var queue = Channel.CreateBounded<(Folder Folder, HashedNode Node)>(new BoundedChannelOptions(QueueLength) { SingleWriter = true });
        var result = new List<HashedNode>();
        var root = AbsolutePath.Of(path);
        var tasks = Enumerable.Range(0, workers).Select(
            _ => Task.Run(() => HashAsync(queue.Reader, root, cache, stop), CancellationToken.None)).ToList();
        tasks.Add(Task.Run(() => WalkAsync(root, access, filter, own, cache, queue.Writer, result, stop), CancellationToken.None));
        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (queue.Reader.TryRead(out var left))
            left.Folder.Dispose();

        // The task that failed has stopped the others, which are only cancelled.
        if (tasks.Find(task => task.IsFaulted) is { } failed)
            await failed.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return result;
    }

    private static async Task WalkAsync(
        string root,
        FolderAccess access,
        PathFilter filter,
        OwnPlaces? own,
        StatCache? cache,
        ChannelWriter<(Folder, HashedNode)> queue,
        List<HashedNode> result,
        CancellationTokenSource stop)
    {
        try
        {
            using var folder = Folder.Open(root, access);
            foreach (var (parent, node, path) in TreeWalk.Over(folder, filter, own))
            {
                stop.Token.ThrowIfCancellationRequested();
                if (node.Kind is FileKind.Socket or FileKind.Unknown)
                    continue;
                var item = new HashedNode(path, node) { LinkTarget = node.Kind == FileKind.SymbolicLink ? parent.ReadLink(node.Name) : "" };
                result.Add(item);
                if (node.Kind != FileKind.File)
                    continue;
                if (cache?.Find(Path.Join(root, path), node) is { } known)
                    item.Hash = known;
                else
                    await EnqueueAsync(queue, parent.Share(), item, stop.Token).ConfigureAwait(false);
            }
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            queue.Complete();
        }
    }

    private static async ValueTask EnqueueAsync(
        ChannelWriter<(Folder, HashedNode)> queue, Folder folder, HashedNode item, CancellationToken stop)
    {
        try
        {
            await queue.WriteAsync((folder, item), stop).ConfigureAwait(false);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static async Task HashAsync(
        ChannelReader<(Folder Folder, HashedNode Node)> queue, string root, StatCache? cache, CancellationTokenSource stop)
    {
        try
        {
            await foreach (var (folder, item) in queue.ReadAllAsync(stop.Token).ConfigureAwait(false))
            {
                using (folder)
                    (item.Hash, item.Node) = FileHash.Of(folder, item.Node.Name, stop.Token);
                cache?.Add(Path.Join(root, item.Path), item.Node, item.Hash);
            }
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
