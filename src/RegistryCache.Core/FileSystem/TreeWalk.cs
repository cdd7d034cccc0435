using RegistryCache.Core.Content;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;

namespace RegistryCache.Core.FileSystem;

/// <summary>Goes through a tree in the canonical order: a directory before its content, names in the byte order of their UTF-8 form. Links
/// are never followed. As many directories are open at a time as the path has parts.</summary>
internal static class TreeWalk
{
    /// <summary>The items below a folder, which stays the caller's. What <paramref name="own"/> contains is skipped.</summary>
    public static IEnumerable<TreeItem> Over(Folder root, PathFilter filter, OwnPlaces? own = null)
    {
        var stack = new Stack<Level>();
        stack.Push(new Level(root.Share(), "", filter.IncludesEverything, null));
        try
        {
            while (stack.TryPeek(out var level))
            {
                if (level.Next() is not { } node)
                {
                    stack.Pop().Folder.Dispose();
                    continue;
                }

                var path = LayerPaths.Join(level.Path, node.Name);
                var isDirectory = node.Kind == FileKind.Directory;
                if (own?.Contains(new TreeItem(level.Folder, node, path)) == true || filter.Excludes(path, isDirectory))
                    continue;
                var included = level.IsIncluded || filter.Includes(path, isDirectory);
                var item = new TreeItem(level.Folder, node, path);
                if (included)
                {
                    foreach (var parent in Pending(stack))
                        yield return parent;
                    yield return item;
                }

                if (isDirectory)
                    stack.Push(new Level(OpenChild(item), path, included, included ? null : item));
            }
        }
        finally
        {
            foreach (var level in stack)
                level.Folder.Dispose();
        }
    }

    private static Folder OpenChild(TreeItem item) =>
        item.Folder.TryOpenFolder(item.Node.Name) ?? throw CacheStorageException.Changed(
            $"The directory '{ErrorText.Quote(item.Path)}' was removed or replaced while it was read. "
            + "Take the snapshot again when nothing writes there.");

    // A directory that no pattern names is returned only when something in it is included.
    private static List<TreeItem> Pending(Stack<Level> stack)
    {
        var result = new List<TreeItem>();
        foreach (var level in stack)
        {
            if (level.NotReturned is { } item)
                result.Add(item);
            level.NotReturned = null;
        }

        result.Reverse();
        return result;
    }

    private sealed class Level
    {
        private readonly List<FileNode> _nodes;
        private int _index;

        public Level(Folder folder, string path, bool isIncluded, TreeItem? notReturned)
        {
            Folder = folder;
            Path = path;
            IsIncluded = isIncluded;
            NotReturned = notReturned;
            try
            {
                _nodes = folder.List();
            }
            catch
            {
                folder.Dispose();
                throw;
            }

            _nodes.Sort((a, b) => Utf8ByteOrder.Instance.Compare(a.Name, b.Name));
        }

        public Folder Folder { get; }

        public string Path { get; }

        public bool IsIncluded { get; }

        public TreeItem? NotReturned { get; set; }

        public FileNode? Next() => _index < _nodes.Count ? _nodes[_index++] : null;
    }
}
