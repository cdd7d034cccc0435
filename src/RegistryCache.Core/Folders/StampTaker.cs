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
    WantedFolder wanted,
    RestoreDifference difference,
    IReadOnlyDictionary<string, (LayerEntry Entry, byte[] Content)> written)
{
    private readonly NodeEntries _entries = new(snapshot);
    private readonly Dictionary<string, UInt128> _taken = new(StringComparer.Ordinal);
    private ulong _device;

    /// <summary>Describes the folder.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="keepsOthers">Whether what does not belong to the folder has stayed in it.</param>
    public List<StampedEntry> Take(string directory, bool keepsOthers)
    {
        using var root = Folder.Open(directory, access);
        using var way = new OpenPath(root);
        _device = root.Describe().Device;
        var result = new List<StampedEntry>(wanted.Entries.Count);
        foreach (var (path, (entry, _)) in wanted.Entries)
        {
            if (!difference.Changes(path) && difference.TryFind(path, out var known))
                result.Add(known);
            else if (entry.Kind != LayerEntryKind.HardLink && Take(way, entry) is { } taken)
                result.Add(taken);
        }

        // A link needs the identity of its file.
        List<IndexedEntry> links = [.. wanted.Entries.Values.Select(e => e.Entry).Where(IsNewLink)];
        for (var i = 0; i < result.Count && links.Count > 0; i++)
            _taken[result[i].Path] = result[i].Identity;
        foreach (var link in links)
        {
            if (Take(way, link) is { } taken)
                result.Add(taken);
        }

        if (keepsOthers)
            result.AddRange(difference.There.Where(e => e.Path.Length > 0 && !wanted.Has(e.Path)));
        return result;
    }

    private bool IsNewLink(IndexedEntry entry) => entry.Kind == LayerEntryKind.HardLink && difference.Changes(entry.Path);

    private StampedEntry? Take(OpenPath way, IndexedEntry indexed)
    {
        var (parent, name) = LayerPaths.Split(indexed.Path);

        // Another file system can keep other times, or be kept by a server.
        if (way.Enter(parent) is not { } folder || folder.Find(name) is not { } node || node.Device != _device)
            return null;
        var item = new TreeItem(folder, node, indexed.Path);
        var content = written.TryGetValue(indexed.Path, out var restored) ? restored.Content : [];
        var entry = _entries.Describe(item, node);
        Span<byte> file = stackalloc byte[16];
        if (indexed.Kind == LayerEntryKind.HardLink)
        {
            if (restored.Entry is not { } link || !_taken.TryGetValue(link.LinkTarget, out var target))
                return null;
            entry = _entries.HardLink(item, link.LinkTarget);
            BinaryPrimitives.WriteUInt128BigEndian(file, target);
        }
        else if (node.Kind == FileKind.File && (content.Length == 0 || node.Size != indexed.Size || node.Modified != indexed.Modified))
        {
            // Somebody has written to it since.
            return null;
        }

        return entry.Kind == indexed.Kind
            ? new StampedEntry(
                indexed.Path, entry.Kind, node.Mode, FileStamp.Of(node),
                EntryIdentity.Of(entry, indexed.Kind == LayerEntryKind.HardLink ? file : content))
            : null;
    }
}
