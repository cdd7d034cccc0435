using RegistryCache.Core.Content;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Restore;

/// <summary>Applies layers to a tree of nodes, by the same rules as <see cref="FolderRestorer"/>.</summary>
internal sealed class MemoryTarget(int maxDepth) : ILayerTarget
{
    private readonly Node _root = new();
    private int _layer;

    public ValueTask BeginLayerAsync()
    {
        _layer++;
        return ValueTask.CompletedTask;
    }

    public async ValueTask ApplyAsync(LayerEntry entry, IEntryContent content, CancellationToken cancellationToken)
    {
        if (entry.Path.Length == 0 && entry.Kind == LayerEntryKind.Directory)
            return;
        if (entry.Kind == LayerEntryKind.OpaqueDirectory)
        {
            if (Find(Resolve(entry.Path)) is { } opaque)
                RemoveLower(opaque);
            return;
        }

        var (parentPath, name) = LayerPaths.Split(entry.Path);
        parentPath = Resolve(parentPath);
        if (entry.Kind == LayerEntryKind.Whiteout)
        {
            if (Find(parentPath) is { } holder && holder.Children.TryGetValue(name, out var victim))
            {
                if (victim.Layer < _layer)
                    holder.Children.Remove(name);
                else
                    RemoveLower(victim);
            }

            return;
        }

        var parent = Enter(parentPath);
        entry = entry with { Path = LayerPaths.Join(parentPath, name) };
        if (entry.Kind == LayerEntryKind.HardLink)
            entry = entry with { LinkTarget = TargetOf(entry) };
        var bytes = entry is { Kind: LayerEntryKind.File, Size: > 0 }
            ? await content.ReadToArrayAsync(entry, cancellationToken).ConfigureAwait(false)
            : null;
        var keepsChildren = entry.Kind == LayerEntryKind.Directory && parent.Children.TryGetValue(name, out var old) && old.IsDirectory;
        var node = keepsChildren ? parent.Children[name] : new Node();
        node.Content = new LayerContent(entry, bytes is null ? null : BlobSource.FromBytes(bytes));
        node.Layer = _layer;
        parent.Children[name] = node;
    }

    public IReadOnlyDictionary<string, LayerContent> ToTree()
    {
        var result = new SortedDictionary<string, LayerContent>(Utf8ByteOrder.Instance);
        var open = new Stack<(string Path, Node Node)>([("", _root)]);
        while (open.TryPop(out var at))
        {
            foreach (var (name, child) in at.Node.Children)
            {
                var path = LayerPaths.Join(at.Path, name);
                result[path] = child.Content ?? LayerContent.Directory(path);
                open.Push((path, child));
            }
        }

        return result;
    }

    private string TargetOf(LayerEntry entry)
    {
        var (parent, name) = LayerPaths.Split(entry.LinkTarget);
        var path = LayerPaths.Join(Resolve(parent), name);
        if (path == entry.Path || path.StartsWith(entry.Path + "/", StringComparison.Ordinal))
            throw LayerPaths.Invalid($"'{ErrorText.Quote(entry.Path)}' is a hard link to itself");
        return Find(path) is { IsDirectory: false }
            ? path
            : throw LayerPaths.Invalid(
                $"The hard link '{ErrorText.Quote(entry.Path)}' leads to '{ErrorText.Quote(entry.LinkTarget)}', "
                + "which is not a file at this point");
    }

    private string Resolve(string directory) => InRootPath.Resolve(
        directory, path => Find(path)?.Content?.Entry is { Kind: LayerEntryKind.SymbolicLink } link ? link.LinkTarget : null, maxDepth);

    private Node Enter(string path)
    {
        var node = _root;
        foreach (var part in path.Length == 0 ? [] : path.Split('/'))
        {
            if (!node.Children.TryGetValue(part, out var child))
                node.Children[part] = child = new Node();
            if (!child.IsDirectory)
                throw LayerPaths.Unsafe($"An entry leads through '{ErrorText.Quote(child.Content!.Entry.Path)}', which is not a directory");
            child.Layer = _layer;
            node = child;
        }

        return node;
    }

    private Node? Find(string path)
    {
        var node = _root;
        foreach (var part in path.Length == 0 ? [] : path.Split('/'))
        {
            if (!node.Children.TryGetValue(part, out var child))
                return null;
            node = child;
        }

        return node;
    }

    private void RemoveLower(Node directory)
    {
        var open = new Stack<Node>([directory]);
        while (open.TryPop(out var node))
        {
            foreach (var name in node.Children.Where(child => child.Value.Layer < _layer).Select(child => child.Key).ToList())
                node.Children.Remove(name);
            foreach (var child in node.Children.Values)
                open.Push(child);
        }
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Children { get; } = new(StringComparer.Ordinal);

        /// <summary><see langword="null"/> for a directory that only its content implies.</summary>
        public LayerContent? Content { get; set; }

        public int Layer { get; set; }

        public bool IsDirectory => Content is null or { Entry.Kind: LayerEntryKind.Directory };
    }
}
