using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>The content that a folder had before a step ran in it. It is moved to a directory next to the folder, or inside the folder if
/// that is not possible. It is moved back when the step has ended, or by the next run if the process was killed. Nothing is copied. See
/// docs/adr/0056-a-clean-folder-for-a-run.md.</summary>
internal sealed class FolderAside(string folder, string place, FileStream held) : IDisposable
{
    private const string Infix = ".registry-cache-aside-";
    private const string LockName = "lock";
    private const string ContentName = "content";
    private readonly string _folder = folder;
    private readonly string _place = place;

    /// <summary>Empties a folder; creates it if it does not exist. What the cache itself needs there stays. <see langword="null"/> when it
    /// was empty.</summary>
    /// <exception cref="CacheStorageException">Something cannot be moved. The folder is as it was.</exception>
    public static FolderAside? Take(string directory, IEnumerable<string> ownPaths)
    {
        try
        {
            Directory.CreateDirectory(directory);
            var folder = RealPath.Of(directory);
            ReturnLeftovers(folder);
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
                return null;
            var random = Path.GetRandomFileName();
            var own = new OwnPlaces(ownPaths, default);
            return (Path.GetDirectoryName(folder) is { } parent
                    ? TryTake(folder, Path.Combine(parent, $".{Path.GetFileName(folder)}{Infix}{random}"), own, isLast: false)
                    : null)
                ?? TryTake(folder, Path.Combine(folder, Infix + random), own, isLast: true);
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            throw Failure(directory, e);
        }
    }

    /// <summary>Moves everything back, except what the run created under the same name.</summary>
    /// <exception cref="CacheStorageException">Something cannot be moved. It stays where it is; the message says where.</exception>
    public void Return()
    {
        try
        {
            Directory.CreateDirectory(_folder);
            using (var place = Folder.Open(_place))
            using (var target = Folder.Open(_folder))
            {
                if (place.TryOpenFolder(ContentName) is { } content)
                    Merge(content, target);
                FolderTrees.Delete(place, ContentName);
            }

            held.Dispose();
            Directory.Delete(_place, recursive: true);
        }
        catch (Exception e) when (StorageError.Is(e) || e is CacheStorageException)
        {
            throw new CacheStorageException(
                RegistryCacheErrorCode.StorageFailure,
                $"The content that '{ErrorText.Quote(_folder)}' had before the step ran could not be moved back. It is in "
                    + $"'{ErrorText.Quote(Path.Combine(_place, ContentName))}': {ErrorText.Sentence(e.Message)}",
                e);
        }
    }

    public void Dispose() => held.Dispose();

    private static FolderAside? TryTake(string folder, string place, OwnPlaces own, bool isLast)
    {
        FolderAside? aside = null;
        try
        {
            Directory.CreateDirectory(Path.Combine(place, ContentName));
            aside = new FolderAside(folder, place, Hold(place));
            using var source = Folder.Open(folder);
            using var content = Folder.Open(Path.Combine(place, ContentName));
            Move(source, folder, content, own);
            return aside;
        }
        catch (Exception e) when (StorageError.Is(e) || e is CacheStorageException)
        {
            // The parent of a mount point is another file system, and the parent may be read-only.
            aside?.Return();
            return isLast ? throw Failure(folder, e) : null;
        }
    }

    private static void Move(Folder source, string path, Folder content, OwnPlaces own)
    {
        foreach (var node in source.List().Where(node => !node.Name.StartsWith(Infix, StringComparison.Ordinal)))
        {
            var inside = Path.Join(path, node.Name);
            if (own.IsPlace(source, node))
                continue;
            if (node.Kind != FileKind.Directory || !own.AnyBelow(inside))
            {
                source.TryMove(node.Name, content, node.Name);
                continue;
            }

            content.TryCreateFolder(node.Name);
            using var from = source.TryOpenFolder(node.Name);
            using var to = content.TryOpenFolder(node.Name);
            if (from is not null && to is not null)
                Move(from, inside, to, own);
        }
    }

    private static FileStream Hold(string place) => FileLock.TryTake(Path.Combine(place, LockName), FileMode.OpenOrCreate)
        ?? throw new IOException($"'{ErrorText.Quote(place)}' is in use.");

    private static void ReturnLeftovers(string folder)
    {
        List<string> places = [.. Directory.EnumerateDirectories(folder, Infix + "*")];
        if (Path.GetDirectoryName(folder) is { } parent)
            places.AddRange(Directory.EnumerateDirectories(parent, $".{Path.GetFileName(folder)}{Infix}*"));
        foreach (var place in places)
        {
            try
            {
                using var left = new FolderAside(folder, place, Hold(place));
                left.Return();
            }
            catch (Exception e) when (StorageError.Is(e))
            {
                // Another process uses it.
            }
        }
    }

    private static void Merge(Folder content, Folder target)
    {
        var stack = new Stack<(Folder From, Folder To, Queue<FileNode> Nodes)>();
        stack.Push((content, target.Share(), new(content.List())));
        try
        {
            while (stack.TryPeek(out var level))
            {
                if (!level.Nodes.TryDequeue(out var node))
                {
                    stack.Pop();
                    level.From.Dispose();
                    level.To.Dispose();
                }
                else if (level.From.TryMove(node.Name, level.To, node.Name))
                {
                    continue;
                }
                else if (node.Kind == FileKind.Directory && level.To.TryOpenFolder(node.Name) is { } inner)
                {
                    var from = level.From.TryOpenFolder(node.Name)!;
                    stack.Push((from, inner, new(from.List())));
                }
            }
        }
        finally
        {
            foreach (var level in stack)
            {
                level.From.Dispose();
                level.To.Dispose();
            }
        }
    }

    private static CacheStorageException Failure(string folder, Exception cause) => new(
        RegistryCacheErrorCode.StorageFailure,
        $"'{ErrorText.Quote(folder)}' could not be emptied for the step: {ErrorText.Sentence(cause.Message)} "
            + "The step was not run. Empty the folder, or choose another RunFolder.",
        cause);
}
