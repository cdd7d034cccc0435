using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Snapshots;

/// <summary>Writes what a walk finds as entries of one tar. Further names of a file become hard links to its first name.</summary>
internal sealed class NodeWriter(TarStreamWriter writer, SnapshotOptions options)
{
    private readonly Dictionary<(ulong Device, ulong Inode), string> _firstNames = [];
    private readonly NodeEntries _entries = new(options);
    private readonly NodeRules _rules = new(options);

    public LayerWriteReport Report() => _rules.Report(writer.Length);

    public async Task WriteAsync(TreeItem item, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var node = item.Node;
        if (!_rules.Takes(item))
            return;
        if (node.CanHaveOtherNames && _firstNames.TryGetValue((node.Device, node.Inode), out var first))
            await WriteHeaderAsync(_entries.HardLink(item, first), cancellationToken).ConfigureAwait(false);
        else if (node.Kind == FileKind.File)
            await WriteFileAsync(item, cancellationToken).ConfigureAwait(false);
        else
        {
            await WriteHeaderAsync(_entries.Describe(item, node), cancellationToken).ConfigureAwait(false);
            AddName(node, item.Path);
        }
    }

    // What was written counts, and not what was found: another program may have put a new file in the place of one with several names.
    private void AddName(FileNode node, string path)
    {
        if (node.CanHaveOtherNames)
            _firstNames.TryAdd((node.Device, node.Inode), path);
    }

    public async Task WriteHeaderAsync(LayerEntry entry, CancellationToken cancellationToken)
    {
        var header = TarHeaderWriter.Write(entry);
        _rules.Count(entry, header.Length);
        await writer.WriteAsync(header, cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteFileAsync(TreeItem item, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var file = item.Folder.TryOpenFile(item.Node.Name, out var node) ?? throw FileReading.Changed(item);
            var entry = _entries.Describe(item, node);
            if (node.Size <= TarStreamWriter.BufferSize / 2)
            {
                // A small file is read before its header is written, so one that changes during the read can be read again.
                var space = await writer.GetSpaceAsync(TarStreamWriter.BufferSize / 2, cancellationToken).ConfigureAwait(false);
                var header = TarHeaderWriter.Write(entry);
                if (header.Length + node.Size <= space.Length)
                {
                    var read = FileReading.ReadAll(item, file, space.Slice(header.Length, (int)node.Size).Span);
                    if (read != node.Size || FileReading.HasChanged(item, file, node))
                    {
                        if (attempt == FileReading.Attempts)
                            throw FileReading.Changed(item);
                        continue;
                    }

                    _rules.Count(entry, header.Length);
                    header.CopyTo(space);
                    writer.Advance(header.Length + read);
                    await writer.PadAsync(node.Size, cancellationToken).ConfigureAwait(false);
                    AddName(node, item.Path);
                    return;
                }
            }

            await WriteHeaderAsync(entry, cancellationToken).ConfigureAwait(false);
            await FileReading.CopyAsync(item, file, node, writer, hashes: false, cancellationToken).ConfigureAwait(false);
            AddName(node, item.Path);
            return;
        }
    }
}
