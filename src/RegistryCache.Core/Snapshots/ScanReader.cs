using RegistryCache.Core.ContentDigests;
using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Snapshots;

/// <summary>Reads files that a scan found, in its order. The directories on the way to the last one stay open.</summary>
internal sealed class ScanReader(SnapshotOptions options) : IDisposable
{
    private readonly NodeEntries _entries = new(options);
    private Folder? _root;
    private OpenPath? _path;

    /// <summary>Reads a file for its hash alone.</summary>
    public void Hash(ScannedNode node, CancellationToken cancellationToken)
    {
        var item = Enter(node);
        var (hash, now) = FileHash.Of(item.Folder, item.Node.Name, cancellationToken);
        node.Read(now, _entries.Describe(item, now), hash);
    }

    /// <summary>Writes a file with its header. If it was read before, it must be the same now.</summary>
    public async Task WriteAsync(ScannedNode node, TarStreamWriter writer, CancellationToken cancellationToken)
    {
        var item = Enter(node);
        using var file = item.Folder.TryOpenFile(item.Node.Name) ?? throw FileReading.Changed(item);
        var now = item.Folder.Describe(file, item.Node.Name);
        if (node.ContentHash is not null && (now.Size != node.Entry.Size || now.Modified != node.Modified))
            throw FileReading.Changed(item);
        var entry = node.ContentHash is null ? _entries.Describe(item, now) : node.Entry;
        await writer.WriteHeaderAsync(entry, cancellationToken).ConfigureAwait(false);
        var read = await FileReading.CopyAsync(item, file, now, writer, hashes: true, cancellationToken).ConfigureAwait(false);
        if (node.ContentHash is null)
            node.Read(now, entry, read);
        else if (!read.AsSpan().SequenceEqual(node.ContentHash))
            throw FileReading.Changed(item);
    }

    public void Dispose() => _path?.Dispose();

    private TreeItem Enter(ScannedNode node)
    {
        var root = node.Root!;
        if (_root != root)
        {
            _path?.Dispose();
            (_root, _path) = (root, new OpenPath(root));
        }

        var (parent, name) = LayerPaths.Split(node.Inside);
        var found = new FileNode { Name = name, Kind = FileKind.File };
        return _path!.Enter(parent) is { } folder
            ? new TreeItem(folder, found, node.Entry.Path)
            : throw FileReading.Changed(new TreeItem(root, found, node.Entry.Path));
    }
}
