using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>Compares the staged files with the target, and writes into the journal what to move. A directory that exists stays the same
/// directory. Only its content and its metadata change.</summary>
internal sealed class RestorePlan(
    RestoreStage stage,
    IReadOnlyDictionary<string, StagedDirectory> directories,
    RestoreOptions options,
    Func<string, bool>? isKept,
    CancellationToken cancellationToken)
{
    private readonly string[] _paths = [.. directories.Keys.Order(StringComparer.Ordinal)];
    private readonly Dictionary<string, UnixFileMode> _unlocked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeMetadata> _kept = new(StringComparer.Ordinal);
    private readonly List<JournalRecord> _finish = [];
    private readonly bool _replaces = options.ReplaceExisting;

    // Only what is removed is compared with them.
    private readonly OwnPlaces _own = new(options.ReplaceExisting ? options.OwnDirectories : [], options.Access);
    private readonly uint _user = stage.User;

    /// <summary>Whether a whole directory is moved. Files that others put into it must then be distinguished from ours.</summary>
    public bool HasNewDirectories { get; private set; }

    /// <summary>The directories that stay and get metadata of the layers, content before its directory.</summary>
    public IEnumerable<KeyValuePair<string, NodeMetadata>> Kept => _kept.OrderByDescending(d => d.Key, StringComparer.Ordinal);

    public void Run() => Merge(stage.Area(0)!.New, stage.Root, "", "", 0);

    public void Put(Folder slot, FileNode node, Folder target, string layer, string path, int area)
    {
        var existing = target.Find(node.Name);
        if (existing is { Kind: FileKind.SymbolicLink } && node.Kind == FileKind.Directory && !_replaces && Follow(path) is { } resolved)
        {
            using (resolved.Folder)
            using (var inner = slot.TryOpenFolder(node.Name))
                Merge(inner!, resolved.Folder, layer, resolved.Path, area);
            return;
        }

        if (existing is { Kind: FileKind.Directory })
        {
            using var kept = Open(target, existing, path);
            if (node.Kind == FileKind.Directory)
            {
                using var inner = slot.TryOpenFolder(node.Name);
                Merge(inner!, kept, layer, path, area);
                return;
            }

            if (_replaces && !_own.Contains(kept))
                RemoveContent(kept, path, area, thenDirectories: false);
            else
                RequireNoFiles(kept, path);
        }

        Place(node, layer, path, area);
    }

    /// <summary>Throws if a directory contains anything except directories.</summary>
    public static void RequireNoFiles(Folder folder, string path)
    {
        foreach (var node in folder.List())
        {
            if (node.Kind != FileKind.Directory || folder.TryOpenFolder(node.Name) is not { } inner)
                throw NotEmpty(path);
            using (inner)
            {
                if (folder.IsOnOtherMount(inner))
                    throw NotEmpty(path);
                RequireNoFiles(inner, path);
            }
        }
    }

    /// <summary>Writes to the journal what is left to do after the last move, and returns it.</summary>
    public IReadOnlyList<JournalRecord> Finish()
    {
        foreach (var (path, mode) in _unlocked)
            AddFinish(path, _kept.GetValueOrDefault(path)?.Mode ?? mode);
        foreach (var (path, metadata) in _kept)
        {
            if (metadata.Mode is { } mode && !_unlocked.ContainsKey(path))
                AddFinish(path, mode);
        }

        _finish.ForEach(stage.Journal.Append);
        return _finish;
    }

    private void Merge(Folder slot, Folder target, string layer, string path, int area)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Keep(target, layer, path);
        if (stage.Area(area)!.Home.IsOnOtherMount(target))
        {
            area = stage.AddArea(target, path, layer, slot, cancellationToken);
            slot = stage.Area(area)!.New;
        }

        var nodes = slot.List();
        if (_replaces && !_own.Contains(target))
        {
            // Removals come first: where case is ignored, a new name can be equal to an old one.
            var names = nodes.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
            bool IsGone(string name) => !names.Contains(name) && isKept?.Invoke(LayerPaths.Join(layer, name)) != true;
            foreach (var node in target.List().Where(node => IsGone(node.Name)))
                Remove(target, node, LayerPaths.Join(path, node.Name), area);
        }

        foreach (var node in nodes)
            Put(slot, node, target, LayerPaths.Join(layer, node.Name), LayerPaths.Join(path, node.Name), area);
    }

    private void Keep(Folder target, string layer, string path)
    {
        if (!directories.TryGetValue(layer, out var staged) || staged.IsImplied)
            return;

        // Only its owner can change it, and a directory of somebody else is not ours to change.
        var node = target.Describe();
        if (node.UserId != _user && _user != 0)
            return;
        if (_kept.TryAdd(path, staged.Metadata) && !_unlocked.ContainsKey(path))
            stage.Journal.Append(new JournalRecord(JournalKind.Keep, 0, layer, path, node));
    }

    // A read-only directory of ours is opened for as long as the restore works in it, as Go's module cache needs it.
    private Folder Open(Folder parent, FileNode node, string path)
    {
        if (StagedDirectory.IsLocking(node.Mode) && node.UserId == _user && _unlocked.TryAdd(path, node.Mode))
        {
            stage.Journal.Append(new JournalRecord(JournalKind.Keep, 0, "", path, node));
            stage.Journal.Write();
            parent.Apply(node.Name, new NodeMetadata { Mode = node.Mode | FileModes.PrivateDirectory });
        }

        return parent.TryOpenFolder(node.Name) ?? throw CacheStorageException.Changed(
            $"The directory '{ErrorText.Quote(path)}' was removed or replaced during the restore. "
            + "Restore again when nothing writes there.");
    }

    // A link of the user stays. What the cache has below it is written where the link leads, if that is inside the folder.
    private (Folder Folder, string Path)? Follow(string path)
    {
        var resolved = InRootPath.ResolveIfInside(path, stage.Target.LinkAt, int.MaxValue) ?? throw new CacheStorageException(
            RegistryCacheErrorCode.StorageFailure,
            $"The cache has a directory where the folder has the symbolic link '{ErrorText.Quote(path)}', which leads out of the folder. "
            + "Nothing was changed. Remove the link, or restore into another folder.");
        return stage.Target.Enter(resolved) is { } folder ? (folder.Share(), resolved) : null;
    }

    private void Place(FileNode node, string layer, string path, int area)
    {
        stage.Journal.Append(new JournalRecord(JournalKind.Place, area, layer, path, node));
        if (node.Kind != FileKind.Directory)
            return;
        HasNewDirectories = true;
        AddMoved(layer, path);
        var below = layer + "/";
        var next = Array.BinarySearch(_paths, below, StringComparer.Ordinal);
        for (next = next < 0 ? ~next : next; next < _paths.Length && _paths[next].StartsWith(below, StringComparison.Ordinal); next++)
        {
            var inner = path + _paths[next][layer.Length..];
            stage.Journal.Append(new JournalRecord(JournalKind.Inner, 0, "", inner, JournalRecord.Nothing));
            AddMoved(_paths[next], inner);
        }
    }

    private void AddMoved(string layer, string path)
    {
        if (directories[layer] is { IsLocked: true, Metadata.Mode: { } mode })
            AddFinish(path, mode);
    }

    private void Remove(Folder folder, FileNode node, string path, int area)
    {
        if (StagingNames.IsReserved(node.Name) || _own.IsPlace(folder, node))
            return;
        if (node.Kind != FileKind.Directory)
        {
            stage.Journal.Append(new JournalRecord(JournalKind.Remove, area, "", path, node));
            return;
        }

        using (var inner = Open(folder, node, path))
            RemoveContent(inner, path, area, thenDirectories: true);
        _finish.Add(new JournalRecord(JournalKind.RemoveEmpty, 0, "", path, JournalRecord.Nothing));
    }

    private void RemoveContent(Folder folder, string path, int area, bool thenDirectories)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (stage.Area(area)!.Home.IsOnOtherMount(folder))
        {
            if (!thenDirectories)
                throw NotEmpty(path);
            area = stage.AddArea(folder, path, "", slot: null, cancellationToken);
        }

        foreach (var node in folder.List())
        {
            var child = LayerPaths.Join(path, node.Name);
            if (thenDirectories || node.Kind != FileKind.Directory)
            {
                Remove(folder, node, child, area);
                continue;
            }

            if (_own.IsPlace(folder, node))
                throw NotEmpty(path);
            using var inner = Open(folder, node, child);
            RemoveContent(inner, child, area, thenDirectories);
        }
    }

    private void AddFinish(string path, UnixFileMode mode)
    {
        if (StagedDirectory.IsLocking(mode))
            _finish.Add(new JournalRecord(JournalKind.Finish, 0, "", path, JournalRecord.Nothing with { Mode = mode }));
    }

    private static CacheStorageException NotEmpty(string path) => new(
        RegistryCacheErrorCode.StorageFailure,
        $"The cache has a file or link where the folder has the directory '{ErrorText.Quote(path)}' "
        + "with content that the cache does not have. "
        + "Nothing was changed. Remove the directory, or restore into another folder.");
}
