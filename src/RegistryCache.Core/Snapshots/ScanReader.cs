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
        if (FileHash.OfUnchanged(item.Folder, item.Node.Name, node.Stamp, cancellationToken) is { } unchanged)
        {
            node.Read(unchanged);
            return;
        }

        var (hash, now) = FileHash.Of(item.Folder, item.Node.Name, cancellationToken);
        Note(node, item, now, Describe(node, item, now), hash);
    }

    /// <summary>Writes a file with its header. If it is not what it was when it was read before, the node becomes what it is now.</summary>
    public async Task WriteAsync(ScannedNode node, TarStreamWriter writer, CancellationToken cancellationToken)
    {
        var item = Enter(node);
        for (var attempt = 1; ; attempt++)
        {
            using var file = item.Folder.TryOpenFile(item.Node.Name, out var now) ?? throw FileReading.Changed(item);
            var entry = Describe(node, item, now);
            var header = TarHeaderWriter.Write(entry);
            if (header.Length + now.Size > TarStreamWriter.BufferSize / 2)
            {
                await writer.WriteAsync(header, cancellationToken).ConfigureAwait(false);
                var hash = await FileReading.CopyAsync(item, file, now, writer, hashes: true, cancellationToken).ConfigureAwait(false);
                Note(node, item, now, entry, hash);
                return;
            }

            // A small file is read before its header is written, so one that changes during the read can be read again.
            var space = await writer.GetSpaceAsync(header.Length + (int)now.Size, cancellationToken).ConfigureAwait(false);
            var content = space.Slice(header.Length, (int)now.Size);
            if (FileReading.ReadAll(item, file, content.Span) == now.Size && !FileReading.HasChanged(item, file, now))
            {
                header.CopyTo(space);
                Note(node, item, now, entry, FileReading.Hash(content.Span));
                writer.Advance(header.Length + content.Length);
                await writer.PadAsync(now.Size, cancellationToken).ConfigureAwait(false);
                return;
            }

            if (attempt == FileReading.Attempts)
                throw FileReading.Changed(item);
        }
    }

    private static void Note(ScannedNode node, TreeItem item, FileNode now, LayerEntry entry, ReadOnlySpan<byte> hash)
    {
        if (!node.TryRead(now, entry, hash))
            throw FileReading.Changed(item);
    }

    public void Dispose() => _path?.Dispose();

    // What the scan found is kept while it is right, because a second entry for each file would be most of the memory that a save needs.
    private LayerEntry Describe(ScannedNode node, TreeItem item, FileNode now) =>
        now.Size == node.Entry.Size && now.Modified == node.Modified && now.Mode == node.Entry.Mode
            ? node.Entry
            : _entries.Describe(item, now);

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
