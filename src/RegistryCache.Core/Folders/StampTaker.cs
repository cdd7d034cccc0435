using System.Buffers.Binary;
using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.FolderStates;
using RegistryCache.Core.Snapshots;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>Describes what a restore has left in a folder, as a save would find it. What an index says is not believed: an identity comes
/// from the metadata on the disk and from the bytes that were written.</summary>
internal sealed class StampTaker(
    SnapshotOptions snapshot,
    FolderAccess access,
    RestoreDifference difference,
    IReadOnlyDictionary<string, (LayerEntry Entry, byte[] Content)> written)
{
    private readonly NodeEntries _entries = new(snapshot);
    private ulong _device;

    /// <summary>Describes the folder.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="keepsOthers">Whether what does not belong to the folder has stayed in it.</param>
    public IEnumerable<StampedPiece> Take(string directory, bool keepsOthers)
    {
        using var root = Folder.Open(directory, access);
        using var way = new OpenPath(root);
        _device = root.Describe().Device;
        foreach (var piece in difference.Describe(entry => Take(way, entry), keepsOthers))
            yield return piece;
    }

    private StampedEntry? Take(OpenPath way, IndexedEntry indexed)
    {
        var path = indexed.Path.ToString();
        var first = indexed.Kind == LayerEntryKind.HardLink ? IdentityOfFirst(way, path) : null;
        var (parent, name) = LayerPaths.Split(path);

        // Another file system can keep other times, or be kept by a server.
        if (way.Enter(parent) is not { } folder || folder.Find(name) is not { } node || node.Device != _device)
            return null;
        var item = new TreeItem(folder, node, path);
        var content = written.TryGetValue(path, out var restored) ? restored.Content : [];
        var entry = _entries.Describe(item, node);
        Span<byte> file = stackalloc byte[16];
        if (indexed.Kind == LayerEntryKind.HardLink)
        {
            // Somebody may have put another file in its place since.
            if (first is not var (target, fileNode, fileIdentity) || !node.IsSameFileAs(fileNode))
                return null;
            entry = _entries.HardLink(item, target);
            BinaryPrimitives.WriteUInt128BigEndian(file, fileIdentity);
        }
        else if (node.Kind == FileKind.File && (content.Length == 0 || node.Size != indexed.Size || node.Modified != indexed.Modified))
        {
            // Somebody has written to it since.
            return null;
        }

        if (entry.Kind != indexed.Kind)
            return null;
        var identity = EntryIdentity.Of(entry, indexed.Kind == LayerEntryKind.HardLink ? file : content);
        return new StampedEntry(indexed.Path, entry.Kind, node.Mode, FileStamp.Of(node), identity);
    }

    // The file of a link that was made. It can be before or after the link, because a save may see them in another order.
    private (string Path, FileNode Node, UInt128 Identity)? IdentityOfFirst(OpenPath way, string link)
    {
        if (!written.TryGetValue(link, out var made) || !written.TryGetValue(made.Entry.LinkTarget, out var first)
            || first.Content.Length == 0)
            return null;
        var (parent, name) = LayerPaths.Split(first.Entry.Path);
        return way.Enter(parent) is { } folder && folder.Find(name) is { Kind: FileKind.File } node && node.Device == _device
            && node.Size == first.Entry.Size && node.Modified.ToCacheTime() == first.Entry.ModifiedAt
            ? (first.Entry.Path, node,
                EntryIdentity.Of(_entries.Describe(new TreeItem(folder, node, first.Entry.Path), node), first.Content))
            : null;
    }
}
