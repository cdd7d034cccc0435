using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.FolderStates;
using RegistryCache.Core.Snapshots;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>What a save takes from the local state of its folder, and what it leaves there.</summary>
/// <param name="store">Where states are.</param>
/// <param name="folder">The real path of the folder.</param>
/// <param name="options">How it is saved.</param>
/// <param name="own">Directories that are skipped.</param>
/// <param name="now">The time, before anything was looked at.</param>
internal sealed class SaveState(
    FolderStateStore store, string folder, FolderCacheOptions options, IReadOnlyList<string> own, DateTimeOffset now)
{
    /// <summary>The clock of a file system can be as coarse as this.</summary>
    private static readonly TimeSpan ClockStep = TimeSpan.FromSeconds(2);

    private readonly FolderState? _before = store.Load(folder, FormOf(options.Snapshot));
    private readonly FileNode? _root = FileNode.At(folder);
    private Dictionary<EntryPath, (FileStamp Stamp, UInt128 Identity)>? _files;

    /// <summary>The options that the identity of an entry depends on, as far as its file does not show it.</summary>
    public static string FormOf(SnapshotOptions options) =>
        $"{options.KeepTimes} {options.ModifiedAt} {options.KeepOwners} {options.ExtendedAttributes}";

    public EntryIndex? FindIndex(Digest diffId) => store.FindIndex(folder, diffId);

    /// <summary>The identity of a file that is as it was when it was read.</summary>
    public UInt128? Find(string path, FileNode node)
    {
        if (_before is null)
            return null;
        _files ??= FilesOf(_before);
        return _files.TryGetValue(path, out var file) && file.Stamp == FileStamp.Of(node) ? file.Identity : null;
    }

    /// <summary>What the last save found, if nothing at all has changed since, and one of these chains is what it saved.</summary>
    public async Task<(StatedSave Save, SavedFolder Saved)?> FindUnchangedAsync(
        IEnumerable<LayerChain> chains, CancellationToken cancellationToken)
    {
        if (_before is not { Save: { } save } || save.Options != OptionsDigest()
            || chains.FirstOrDefault(c => DigestOf(c) == save.Chain) is not { } chain)
            return null;
        var layers = chain.ToLayers();
        var groups = new List<FolderGroup>();
        var next = 0;
        foreach (var group in _before.Groups)
        {
            IndexedLayer[] indexed = [.. group.Layers.Select(l => new IndexedLayer(l.DiffId, l.Bytes, 0))];
            var index = new EntryIndex { Scale = 0, HasTimes = options.SavesTimes, Entries = [], Layers = indexed };
            if (next + 1 + group.Layers.Count > layers.Count)
                return null;
            groups.Add(new FolderGroup(layers[next], index, [.. layers.Skip(next + 1).Take(group.Layers.Count)]));
            next += 1 + group.Layers.Count;
        }

        if (next != layers.Count)
            return null;
        var same = await StampLook.CompareAsync(_before, options.Snapshot.Access, untilDifferent: true, cancellationToken)
            .ConfigureAwait(false);
        return Array.TrueForAll(same, s => s) ? (save, new SavedFolder(groups, chain)) : null;
    }

    /// <summary>Notes what was saved.</summary>
    public void Store(FolderScan scan, SavedFolder saved, Digest content)
    {
        if (_root is null)
            return;
        var root = new StampedEntry("", LayerEntryKind.Directory, _root.Mode, FileStamp.Of(_root), default);

        var entries = scan.Nodes.Where(IsHere).Select(n => new StampedEntry(n.Entry.Path, n.Entry.Kind, n.Entry.Mode, n.Stamp, n.Identity));
        var state = new FolderState
        {
            Folder = folder,
            Form = FormOf(options.Snapshot),
            Boot = FolderStateStore.Boot,
            Time = FileTime.From((now - ClockStep).UtcDateTime),
            Groups = saved.ToStated(),

            // A directory in which nothing is included has no stamp, so nobody would see a file that is.
            Save = scan.Nodes.All(IsHere) && options.Snapshot.Include.Count == 0
                ? new StatedSave(OptionsDigest(), DigestOf(saved.Chain), content, scan.Report)
                : null,
        };
        // The order of a scan is that of texts, which is another one for names that are not UTF-8.
        if (scan.Nodes.Any(n => PathText.HasForeignBytes(n.Entry.Path)))
            entries = entries.OrderBy(e => e.Path);
        store.Save(state, entries.Prepend(root).Select(e => (StampedPiece)e), saved.Indexes);

        // Another file system can keep other times, or be kept by a server.
        bool IsHere(ScannedNode node) => node.Stamp.Device == _root.Device;
    }

    private static Dictionary<EntryPath, (FileStamp Stamp, UInt128 Identity)> FilesOf(FolderState state)
    {
        var files = new Dictionary<EntryPath, (FileStamp Stamp, UInt128 Identity)>(state.Count);
        foreach (var part in state.Parts)
        {
            foreach (ref readonly var entry in part.Read())
            {
                if (entry.Kind == LayerEntryKind.File && entry.Stamp.ShowsChangesFrom(state.Time))
                    files[entry.Path.Keep()] = (entry.Stamp, entry.Identity);
            }
        }

        return files;
    }

    private static Digest DigestOf(LayerChain chain) => Digest.OfText(string.Join(' ', chain.ToLayers().Select(l => l.Digest)));

    private Digest OptionsDigest()
    {
        var snapshot = options.Snapshot;
        string[] texts =
        [
            FormOf(snapshot), $"{options.SavesTimes} {snapshot.SymbolicLinks} {snapshot.Devices} {snapshot.Limits}",
            .. snapshot.Include.Select(p => $"+{p}"), .. snapshot.Exclude.Select(p => $"-{p}"), .. own,
        ];
        return Digest.OfText(string.Join('\0', texts));
    }
}
