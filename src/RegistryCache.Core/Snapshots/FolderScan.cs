using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Snapshots;

/// <summary>All that a layer of some folders would hold, in its order. The folders stay open until this is disposed.</summary>
internal sealed class FolderScan : IDisposable
{
    private readonly SnapshotOptions _options;
    private readonly List<ScannedNode> _nodes = [];
    private readonly List<Folder> _roots = [];

    private FolderScan(SnapshotOptions options) => _options = options;

    public IReadOnlyList<ScannedNode> Nodes => _nodes;

    /// <summary>What was found, and what was skipped.</summary>
    public LayerWriteReport Report { get; private set; } = new(0, 0, []);

    /// <summary>About how long the tar of all is.</summary>
    public long Weight => _nodes.Sum(n => n.Weight);

    /// <summary>Looks at some folders.</summary>
    /// <param name="folders">The folders.</param>
    /// <param name="options">What to take and keep.</param>
    /// <param name="ownDirectories">Directories of caches. They are skipped, wherever they are.</param>
    /// <param name="known">The identity of a file that need not be read; <see langword="null"/> if nothing is known.</param>
    /// <param name="hashing">Files are read too while others are still looked for, and this measures it. Otherwise no file is
    /// read.</param>
    /// <param name="cancellationToken">Cancels the look.</param>
    public static async Task<FolderScan> ReadAsync(
        MappedFolders folders,
        SnapshotOptions options,
        IReadOnlyList<string> ownDirectories,
        Func<string, FileNode, UInt128?>? known,
        ScanHashing? hashing,
        CancellationToken cancellationToken)
    {
        var scan = new FolderScan(options);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var looking = Task.Run(() => scan.Read(folders, ownDirectories, known, hashing, stop.Token), CancellationToken.None);
        var hashed = hashing?.RunAsync(stop.Token) ?? Task.CompletedTask;
        try
        {
            await (await Task.WhenAny(looking, hashed).ConfigureAwait(false)).ConfigureAwait(false);
            await Task.WhenAll(looking, hashed).ConfigureAwait(false);
            return scan;
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(looking, hashed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            scan.Dispose();
            throw;
        }
    }

    /// <summary>A layer of some of the nodes.</summary>
    /// <param name="nodes">The nodes, in their order.</param>
    /// <param name="gone">What the layer says is gone from the layers below.</param>
    public LayerSource ToLayer(IReadOnlyList<ScannedNode> nodes, IReadOnlyList<string> gone) => new ScanLayerSource(nodes, gone, _options);

    public void Dispose()
    {
        foreach (var root in _roots)
            root.Dispose();
        _roots.Clear();
    }

    private void Read(
        MappedFolders folders,
        IReadOnlyList<string> ownDirectories,
        Func<string, FileNode, UInt128?>? known,
        ScanHashing? hashing,
        CancellationToken cancellationToken)
    {
        var own = new OwnPlaces(ownDirectories, _options.Access);
        var rules = new NodeRules(_options);
        var entries = new NodeEntries(_options);
        var firsts = new Dictionary<(ulong Device, ulong Inode), ScannedNode>();
        long bytes = 0;
        foreach (var (root, inside, item) in folders.Walk(own))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!rules.Takes(item))
                continue;
            if (_roots.Count == 0 || _roots[^1] != root)
                _roots.Add(root.Share());
            var node = item.Node;
            var first = node.CanHaveOtherNames && firsts.TryGetValue((node.Device, node.Inode), out var found) && found.TryShare(node)
                ? found
                : null;
            var entry = first is null ? entries.Describe(item, node) : entries.HardLink(item, first.Entry.Path);
            var length = TarHeaderWriter.LengthOf(entry);
            rules.Count(entry, length);
            bytes += length + entry.Size + TarFormat.Padding(entry.Size);
            var scanned = new ScannedNode(root, inside, entry, FileStamp.Of(node), first);
            if (entry.Kind == LayerEntryKind.File && known?.Invoke(entry.Path, node) is { } identity)
                scanned.Know(identity);
            _nodes.Add(scanned);
            hashing?.Add(scanned);
            if (first is null && node.CanHaveOtherNames)
                firsts[(node.Device, node.Inode)] = scanned;
        }

        hashing?.Complete();
        Report = rules.Report(bytes + (2 * TarFormat.BlockSize)) with { OwnPaths = own.Found };
    }
}
