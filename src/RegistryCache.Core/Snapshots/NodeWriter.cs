using Microsoft.Win32.SafeHandles;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Snapshots;

/// <summary>Writes what a walk finds as entries of one tar. Further names of a file become hard links to its first name.</summary>
internal sealed class NodeWriter(TarStreamWriter writer, SnapshotOptions options)
{
    private const int Attempts = 3;
    private readonly Dictionary<(ulong Device, ulong Inode), string> _firstNames = [];
    private readonly NodeRules _rules = new(options);

    public LayerWriteReport Report() => _rules.Report(writer.Length);

    public async Task WriteAsync(TreeItem item, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var node = item.Node;
        if (!_rules.Takes(item))
            return;
        if (node.LinkCount > 1 && node.Kind is not FileKind.Directory && node.Inode != 0
            && !_firstNames.TryAdd((node.Device, node.Inode), item.Path))
        {
            var first = _firstNames[(node.Device, node.Inode)];
            var link = Describe(item, node) with { Kind = LayerEntryKind.HardLink, LinkTarget = first, Size = 0 };
            await WriteHeaderAsync(link, node.Modified, cancellationToken).ConfigureAwait(false);
        }
        else if (node.Kind == FileKind.File)
            await WriteFileAsync(item, cancellationToken).ConfigureAwait(false);
        else
            await WriteHeaderAsync(Describe(item, node), node.Modified, cancellationToken).ConfigureAwait(false);
    }

    public async Task WriteHeaderAsync(LayerEntry entry, FileTime modified, CancellationToken cancellationToken)
    {
        var header = TarHeaderWriter.Write(entry);
        _rules.Count(entry, modified, header.Length);
        await writer.WriteAsync(header, cancellationToken).ConfigureAwait(false);
    }

    private LayerEntry Describe(TreeItem item, FileNode node) => new()
    {
        Path = item.Path,
        Kind = node.Kind switch
        {
            FileKind.Directory => LayerEntryKind.Directory,
            FileKind.SymbolicLink => LayerEntryKind.SymbolicLink,
            FileKind.Fifo => LayerEntryKind.Fifo,
            FileKind.CharacterDevice => LayerEntryKind.CharacterDevice,
            FileKind.BlockDevice => LayerEntryKind.BlockDevice,
            _ => LayerEntryKind.File,
        },
        Mode = node.Mode,
        UserId = options.KeepOwners ? node.UserId : 0,
        GroupId = options.KeepOwners ? node.GroupId : 0,
        ModifiedAt = options.KeepTimes ? node.Modified.ToCacheTime() : options.ModifiedAt,
        Size = node.Kind == FileKind.File ? node.Size : 0,
        LinkTarget = node.Kind == FileKind.SymbolicLink ? item.Folder.ReadLink(node.Name) : "",
        DeviceMajor = node.NodeMajor,
        DeviceMinor = node.NodeMinor,
        ExtendedAttributes = NodeAttributes.Read(item.Folder, node.Name, options.ExtendedAttributes),
    };

    private async Task WriteFileAsync(TreeItem item, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var file = item.Folder.TryOpenFile(item.Node.Name) ?? throw Changed(item);
            var node = item.Folder.Describe(file, item.Node.Name);
            var entry = Describe(item, node);
            if (node.Size <= TarStreamWriter.BufferSize / 2)
            {
                // A small file is read before its header is written, so one that changes during the read can be read again.
                var space = await writer.GetSpaceAsync(TarStreamWriter.BufferSize / 2, cancellationToken).ConfigureAwait(false);
                var header = TarHeaderWriter.Write(entry);
                if (header.Length + node.Size <= space.Length)
                {
                    var read = ReadAll(item, file, space.Slice(header.Length, (int)node.Size).Span);
                    if (read != node.Size || HasChanged(item, file, node))
                    {
                        if (attempt == Attempts)
                            throw Changed(item);
                        continue;
                    }

                    _rules.Count(entry, node.Modified, header.Length);
                    header.CopyTo(space);
                    writer.Advance(header.Length + read);
                    await writer.PadAsync(node.Size, cancellationToken).ConfigureAwait(false);
                    return;
                }
            }

            await WriteHeaderAsync(entry, node.Modified, cancellationToken).ConfigureAwait(false);
            await CopyAsync(item, file, node, cancellationToken).ConfigureAwait(false);
            return;
        }
    }

    private async Task CopyAsync(TreeItem item, SafeFileHandle file, FileNode node, CancellationToken cancellationToken)
    {
        for (long offset = 0; offset < node.Size;)
        {
            var (start, end) = item.Folder.NextData(file, offset, node.Size);
            await writer.WriteZerosAsync(start - offset, cancellationToken).ConfigureAwait(false);
            for (offset = start; offset < end;)
            {
                var space = await writer.GetSpaceAsync(64 * 1024, cancellationToken).ConfigureAwait(false);
                var read = Read(item, file, space.Span[..(int)Math.Min(space.Length, end - offset)], offset);
                if (read == 0)
                    throw Changed(item);
                writer.Advance(read);
                offset += read;
            }
        }

        if (HasChanged(item, file, node))
            throw Changed(item);
        await writer.PadAsync(node.Size, cancellationToken).ConfigureAwait(false);
    }

    private static bool HasChanged(TreeItem item, SafeFileHandle file, FileNode before)
    {
        var after = item.Folder.Describe(file, item.Node.Name);
        return after.Size != before.Size || after.Modified != before.Modified;
    }

    private static int ReadAll(TreeItem item, SafeFileHandle file, Span<byte> destination)
    {
        var total = 0;
        int read;
        while (total < destination.Length && (read = Read(item, file, destination[total..], total)) > 0)
            total += read;
        return total;
    }

    private static int Read(TreeItem item, SafeFileHandle file, Span<byte> destination, long offset)
    {
        try
        {
            return RandomAccess.Read(file, destination, offset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CacheStorageException.Failed($"Cannot read '{ErrorText.Quote(item.Path)}'", e);
        }
    }

    private static CacheStorageException Changed(TreeItem item) => CacheStorageException.Changed(
        $"'{ErrorText.Quote(item.Path)}' changed while it was read. Try again when no program writes to it.");
}
