using RegistryCache.Core.Content;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Restore;

/// <summary>Applies layers to a tree of nodes, by the same rules as <see cref="FolderRestorer"/>.</summary>
/// <param name="maxDepth">The most parts of a path.</param>
/// <param name="keep">Keeps the content of a file, if that is wanted.</param>
/// <param name="isWhole">Whether there are no layers below, so that a hard link to a file that is not there is an error.</param>
internal sealed class MemoryTarget(
    int maxDepth, Func<TreeFile, IEntryContent, CancellationToken, ValueTask<BlobSource?>> keep, bool isWhole = true) : ILayerTarget
{
    private readonly Node _root = new();
    private int _layer;
    private int _ordinal;

    public ValueTask BeginLayerAsync()
    {
        _layer++;
        _ordinal = 0;
        return ValueTask.CompletedTask;
    }

    public async ValueTask ApplyAsync(LayerEntry entry, IEntryContent content, CancellationToken cancellationToken)
    {
        var file = new TreeFile(_layer - 1, _ordinal++, entry);
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
        TreeFile? linked = null;
        if (entry.Kind == LayerEntryKind.HardLink)
        {
            var target = TargetOf(entry);
            entry = entry with { LinkTarget = target };
            linked = Find(target)?.File;
        }
        else if (entry is { Kind: LayerEntryKind.File, Size: > 0 })
        {
            file = file with { Content = await keep(file, content, cancellationToken).ConfigureAwait(false) };
        }

        var keepsChildren = entry.Kind == LayerEntryKind.Directory && parent.Children.TryGetValue(name, out var old) && old.IsDirectory;
        var node = keepsChildren ? parent.Children[name] : new Node();
        node.Entry = entry;
        node.File = entry.Kind == LayerEntryKind.File ? file : linked;
        node.Layer = _layer;
        parent.Children[name] = node;
    }

    /// <summary>The path without symbolic links, which are followed inside the tree only.</summary>
    public string Follow(string path) => Resolve(path);

    /// <summary>What is at a path without symbolic links; <see langword="null"/> for nothing. It is a directory if it has no
    /// entry.</summary>
    public (LayerEntry? Entry, TreeFile? File)? At(string path) => Find(path) is { } node ? (node.Entry, node.File) : null;

    /// <summary>The names in a directory.</summary>
    public IReadOnlyCollection<string> NamesIn(string directory) => Find(directory) is { } node ? node.Children.Keys : [];

    public IReadOnlyDictionary<string, LayerContent> ToTree()
    {
        var result = new SortedDictionary<string, LayerContent>(Utf8ByteOrder.Instance);
        var open = new Stack<(string Path, Node Node)>([("", _root)]);
        while (open.TryPop(out var at))
        {
            foreach (var (name, child) in at.Node.Children)
            {
                var path = LayerPaths.Join(at.Path, name);
                result[path] = ToContent(path, child);
                open.Push((path, child));
            }
        }

        return result;
    }

    // A later layer can take away the path that a hard link names. The file stays under its other names.
    private LayerContent ToContent(string path, Node node) => node.Entry switch
    {
        null => LayerContent.Directory(path),
        { Kind: LayerEntryKind.HardLink, LinkTarget: var target } when node.File is { } file && Find(target)?.File != file =>
            new LayerContent(file.Entry with { Path = path }, file.Content),
        { Kind: LayerEntryKind.File } entry => new LayerContent(entry, node.File!.Content),
        var entry => new LayerContent(entry),
    };

    private string TargetOf(LayerEntry entry)
    {
        var (parent, name) = LayerPaths.Split(entry.LinkTarget);
        var path = LayerPaths.Join(Resolve(parent), name);
        if (path == entry.Path || path.StartsWith(entry.Path + "/", StringComparison.Ordinal))
            throw LayerPaths.Invalid($"'{ErrorText.Quote(entry.Path)}' is a hard link to itself");
        return Find(path) is { IsDirectory: false } || !isWhole
            ? path
            : throw LayerPaths.Invalid(
                $"The hard link '{ErrorText.Quote(entry.Path)}' leads to '{ErrorText.Quote(entry.LinkTarget)}', "
                + "which is not a file at this point");
    }

    private string Resolve(string directory) => InRootPath.Resolve(
        directory, path => Find(path)?.Entry is { Kind: LayerEntryKind.SymbolicLink } link ? link.LinkTarget : null, maxDepth);

    private Node Enter(string path)
    {
        var node = _root;
        foreach (var part in path.Length == 0 ? [] : path.Split('/'))
        {
            if (!node.Children.TryGetValue(part, out var child))
                node.Children[part] = child = new Node();
            if (!child.IsDirectory)
                throw LayerPaths.Unsafe($"An entry leads through '{ErrorText.Quote(child.Entry!.Path)}', which is not a directory");
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
        public LayerEntry? Entry { get; set; }

        /// <summary>The file, also under another name that is a hard link.</summary>
        public TreeFile? File { get; set; }

        public int Layer { get; set; }

        public bool IsDirectory => Entry is null or { Kind: LayerEntryKind.Directory };
    }
}
