using Microsoft.Win32.SafeHandles;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Restore;

/// <summary>Applies layers to a folder that nobody else uses. Nothing outside it is changed, because every step goes from an open
/// directory to a name in it. Symbolic links on the way to an entry come from the layers; they are followed by <see cref="InRootPath"/>,
/// never by the system. Files are never written in place. A new file is always created: other names of the old one stay.</summary>
internal sealed class FolderRestorer : ILayerTarget, IAsyncDisposable
{
    private readonly Folder _root;
    private readonly RestoreOptions _options;
    private readonly EntryMetadata _metadata;
    private readonly OpenPath _path;
    private readonly OpenPath? _models;
    private readonly FileWriters _writers = new();
    private readonly PathSet _layer = new();
    private readonly CaseCollisions? _cases;
    private readonly int _maxDepth;
    private readonly Dictionary<string, StagedDirectory> _directories = new(StringComparer.Ordinal);
    private readonly List<string> _skipped = [];
    private readonly HashSet<string> _skippedLinks = new(StringComparer.Ordinal);

    // The last directory that is known to belong to this layer, as long as the path is there.
    private string? _claimed;

    /// <summary>Both folders stay the caller's. New files get groups and access control lists as in <paramref name="model"/>.</summary>
    public FolderRestorer(Folder root, RestoreOptions options, Folder? model = null)
    {
        _models = model is null ? null : new OpenPath(model);
        _root = root;
        _options = options;
        _metadata = new EntryMetadata(options);
        _path = new(root);
        _maxDepth = (options.Limits ?? new RestoreLimits()).MaxPathDepth;
        var collide = options.RefuseCaseCollisions ?? CaseCollisions.AreIgnoredBy(root);
        _cases = collide ? new CaseCollisions() : null;
    }

    public IReadOnlyList<string> Skipped => _skipped;

    public long SetIdBitsCleared => _metadata.Stripped;

    public async ValueTask BeginLayerAsync()
    {
        // What is still being written must be there before another layer can replace it.
        await DrainAsync().ConfigureAwait(false);
        _layer.Clear();
        _claimed = null;
    }

    public async ValueTask ApplyAsync(LayerEntry entry, IEntryContent content, CancellationToken cancellationToken)
    {
        if (StagingNames.IsReserved(entry.Path))
        {
            // Only this restore uses these names: a layer must not forge the journal of an interrupted restore.
            _skipped.Add(entry.Path);
            return;
        }

        if (entry.Kind is LayerEntryKind.Whiteout or LayerEntryKind.OpaqueDirectory)
        {
            await DrainAsync().ConfigureAwait(false);
            RemoveLower(entry);
            return;
        }

        if (entry.Path.Length == 0)
        {
            _directories[""] = new StagedDirectory(_metadata.Of(entry), IsImplied: false);
            return;
        }

        var (parent, name) = LayerPaths.Split(entry.Path);
        if (await ResolveAsync(parent).ConfigureAwait(false) is var resolved && !ReferenceEquals(resolved, parent))
            entry = entry with { Path = LayerPaths.Join(resolved, name) };
        _cases?.Check(entry.Path);
        var isDirectory = entry.Kind == LayerEntryKind.Directory;
        var key = PathSet.KeyOf(entry.Path);
        var wasDirectory = await PrepareAsync(entry.Path, key, isDirectory).ConfigureAwait(false);
        if (await CreateAsync(entry, content, cancellationToken).ConfigureAwait(false))
            _layer.Set(key, isDirectory);

        // The layer still holds what was in the directory, so an entry below it would not wait for this one.
        if (wasDirectory && !isDirectory)
            await DrainAsync().ConfigureAwait(false);
    }

    /// <summary>Adds a directory that is not read from a layer, or gives one this metadata. Without metadata it is one that only leads to
    /// others.</summary>
    public void AddDirectory(string path, NodeMetadata? metadata)
    {
        _path.Enter(path, CreateParent);
        if (metadata is not null)
            _directories[path] = new StagedDirectory(metadata, IsImplied: false);
    }

    /// <summary>Waits until every file so far is written. Throws the error of the first one that failed.</summary>
    public ValueTask DrainAsync() => _writers.DrainAsync();

    /// <summary>Sets times, which every new name changes, and modes. Returns the final metadata of the directories.</summary>
    public async Task<IReadOnlyDictionary<string, StagedDirectory>> CompleteAsync()
    {
        await DrainAsync().ConfigureAwait(false);

        // In descending order a directory comes after everything inside it.
        foreach (var path in _directories.Keys.OrderByDescending(path => path, StringComparer.Ordinal))
        {
            if (_path.Enter(path) is not { } folder)
                _directories.Remove(path);
            else if (path.Length > 0)
                folder.Apply(_directories[path].Open);
        }

        return _directories;
    }

    public async ValueTask DisposeAsync()
    {
        await _writers.DisposeAsync().ConfigureAwait(false);
        _path.Dispose();
        _models?.Dispose();
    }

    // The directory of an entry, without links on the way.
    private async ValueTask<string> ResolveAsync(string directory)
    {
        if (_path.IsAt(directory))
            return directory;
        await WaitForParentsAsync(directory, claim: false).ConfigureAwait(false);
        return Resolve(_path, directory);
    }

    // A file of this layer that is still being written must not be mistaken for a directory or for a free name. A parent belongs to the
    // layer of its content, whatever created it: if a parent belongs to this layer, so do those above it.
    private ValueTask WaitForParentsAsync(string parent, bool claim)
    {
        if (parent == _claimed && _path.IsAt(parent))
            return ValueTask.CompletedTask;
        bool? known = null;
        for (var end = parent.Length; end > 0 && known is null; end = parent.LastIndexOf('/', end - 1))
        {
            var key = PathSet.KeyOf(parent[..end]);
            known = _layer.Find(key);
            if (claim && known is null)
                _layer.Set(key, true);
        }

        if (claim)
            _claimed = parent;
        return known == false ? DrainAsync() : ValueTask.CompletedTask;
    }

    private string Resolve(OpenPath way, string directory) =>
        way.Enter(directory) is null ? InRootPath.Resolve(directory, way.LinkAt, _maxDepth) : directory;

    // Whether this layer had a directory there.
    private async ValueTask<bool> PrepareAsync(string path, UInt128 key, bool isDirectory)
    {
        var wasDirectory = _layer.Find(key);
        if (wasDirectory is not null)
        {
            if (_options.RefuseDuplicates && !(wasDirectory == true && isDirectory))
                throw LayerPaths.Unsafe($"'{ErrorText.Quote(path)}' is in one layer twice");
            await DrainAsync().ConfigureAwait(false);
        }

        if (!isDirectory)
            _path.Leave(path);
        return wasDirectory == true;
    }

    private async ValueTask<bool> CreateAsync(LayerEntry entry, IEntryContent content, CancellationToken cancellationToken)
    {
        var (parent, name) = LayerPaths.Split(entry.Path);
        await WaitForParentsAsync(parent, claim: true).ConfigureAwait(false);
        var folder = _path.Enter(parent, CreateParent)!;
        switch (entry.Kind)
        {
            case LayerEntryKind.File:
                await WriteFileAsync(folder, name, entry, content, cancellationToken).ConfigureAwait(false);
                return true;
            case LayerEntryKind.Directory:
                CreateDirectory(folder, name, entry.Path);
                _directories[entry.Path] = new StagedDirectory(_metadata.Of(entry), IsImplied: false);
                return true;
            case LayerEntryKind.SymbolicLink:
                return CreateLink(folder, name, entry);
            case LayerEntryKind.HardLink:
                await DrainAsync().ConfigureAwait(false);
                return CreateHardLink(folder, name, entry);
            default:
                return CreateNode(folder, name, entry);
        }
    }

    private Folder CreateParent(Folder folder, string path)
    {
        var name = LayerPaths.Split(path).Name;
        if (folder.TryCreateFolder(name))
        {
            _directories[path] = new StagedDirectory(new NodeMetadata { Mode = FileModes.SharedDirectory }, IsImplied: true);
            if (folder.TryOpenFolder(name) is { } created)
            {
                Inherit(created, path);
                return created;
            }
        }

        throw LayerPaths.Unsafe($"An entry leads through '{ErrorText.Quote(path)}', which is not a directory");
    }

    private void CreateDirectory(Folder folder, string name, string path)
    {
        while (!folder.TryCreateFolder(name))
        {
            if (folder.Find(name) is { Kind: FileKind.Directory })
                return;
            folder.DeleteFile(name);
        }

        // It stays open, because its content usually comes next.
        if (_path.Enter(path) is { } created)
            Inherit(created, path);
    }

    private void Inherit(Folder created, string path)
    {
        try
        {
            if (_models?.Enter(path) is { } model)
                created.InheritLike(model);
        }
        catch (CacheStorageException)
        {
            // From a directory that cannot be opened yet, nothing is inherited.
        }
    }

    private async ValueTask WriteFileAsync(
        Folder folder, string name, LayerEntry entry, IEntryContent content, CancellationToken cancellationToken)
    {
        var metadata = _metadata.Of(entry);
        if (entry.Size <= FileBatch.MaxFileLength)
        {
            await _writers.WriteAsync(folder, name, (int)entry.Size, content, metadata, cancellationToken).ConfigureAwait(false);
            return;
        }

        SafeFileHandle? created;
        while ((created = folder.TryCreateFile(name)) is null)
            FolderTrees.Delete(folder, name);
        using var file = created;

        // The length first: what is not written afterwards is a hole, and stretches of zeros are not written.
        FileContent.SetLength(file, name, entry.Size);
        while (await content.ReadAsync(cancellationToken).ConfigureAwait(false) is { Data.Length: > 0 } piece)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (piece.Data.Span.ContainsAnyExcept((byte)0))
                FileContent.Write(file, name, piece.Data.Span, piece.Offset);
        }

        folder.Apply(file, name, metadata);
    }

    private bool CreateLink(Folder folder, string name, LayerEntry entry)
    {
        if (IsSkipped(entry.Path, entry.LinkTarget))
            return false;
        while (!folder.TryCreateLink(name, entry.LinkTarget))
            FolderTrees.Delete(folder, name);
        folder.Apply(name, _metadata.Of(entry) with { Mode = null });
        return true;
    }

    private bool CreateHardLink(Folder folder, string name, LayerEntry entry)
    {
        // _path is at the directory of the link, so the target needs another one.
        using var path = new OpenPath(_root);
        var (parent, targetName) = LayerPaths.Split(entry.LinkTarget);
        var targetPath = LayerPaths.Join(Resolve(path, parent), targetName);
        if (_skippedLinks.Contains(targetPath))
            return LeaveOut(entry.Path);
        if (targetPath == entry.Path || targetPath.StartsWith(entry.Path + "/", StringComparison.Ordinal))
            throw LayerPaths.Invalid($"'{ErrorText.Quote(entry.Path)}' is a hard link to itself");
        var targetFolder = path.Enter(LayerPaths.Split(targetPath).Parent);
        var target = targetFolder?.Find(targetName) ?? throw LayerPaths.Invalid(
            $"The hard link '{ErrorText.Quote(entry.Path)}' leads to '{ErrorText.Quote(entry.LinkTarget)}', "
            + "which does not exist at this point");
        if (target.Kind == FileKind.Directory)
            throw LayerPaths.Unsafe($"The hard link '{ErrorText.Quote(entry.Path)}' leads to a directory");
        if (target.Kind == FileKind.SymbolicLink && IsSkipped(entry.Path, targetFolder!.ReadLink(targetName)))
            return false;
        while (!folder.TryCreateHardLink(name, targetFolder!, targetName))
            FolderTrees.Delete(folder, name);
        return true;
    }

    private bool IsSkipped(string path, string target)
    {
        if (_options.SymbolicLinks == SymbolicLinkPolicy.Any || LayerPaths.StaysInside(path, target))
            return false;
        return _options.SymbolicLinks == SymbolicLinkPolicy.Skip
            ? !LeaveOut(path)
            : throw LayerPaths.Unsafe(
                $"The symbolic link '{ErrorText.Quote(path)}' → '{ErrorText.Quote(target)}' can lead out of the folder. "
                + "Set RestoreOptions.SymbolicLinks (--symlinks) to any or skip to accept the layer");
    }

    private bool LeaveOut(string path)
    {
        _skippedLinks.Add(path);
        _skipped.Add(path);
        return false;
    }

    private bool CreateNode(Folder folder, string name, LayerEntry entry)
    {
        var isFifo = entry.Kind == LayerEntryKind.Fifo;
        if (isFifo ? !folder.CanCreateNodes : _options.Devices != EntryPolicy.Keep)
        {
            if (!isFifo && _options.Devices == EntryPolicy.Refuse)
                throw LayerPaths.Unsafe(
                    $"'{ErrorText.Quote(entry.Path)}' is a device; RestoreOptions.Devices (--devices) can skip or keep it");
            return LeaveOut(entry.Path);
        }

        var node = new FileNode
        {
            Name = name,
            Kind = entry.Kind switch
            {
                LayerEntryKind.CharacterDevice => FileKind.CharacterDevice,
                LayerEntryKind.BlockDevice => FileKind.BlockDevice,
                _ => FileKind.Fifo,
            },
            NodeMajor = entry.DeviceMajor,
            NodeMinor = entry.DeviceMinor,
        };
        while (!folder.TryCreateNode(name, node))
            FolderTrees.Delete(folder, name);
        folder.Apply(name, _metadata.Of(entry));
        return true;
    }

    // Whiteouts apply only to lower layers: what this layer itself has put there stays, in whatever order they come.
    private void RemoveLower(LayerEntry entry)
    {
        var isOpaque = entry.Kind == LayerEntryKind.OpaqueDirectory;
        var (parent, name) = isOpaque ? (entry.Path, "") : LayerPaths.Split(entry.Path);
        parent = Resolve(_path, parent);
        if (_path.Enter(parent) is not { } folder)
            return;
        var path = isOpaque ? parent : LayerPaths.Join(parent, name);
        bool IsOfThisLayer(string inside) => _layer.Find(PathSet.KeyOf(inside)) is not null;
        if (isOpaque)
        {
            FolderTrees.DeleteContent(folder, path, IsOfThisLayer);
        }
        else if (!IsOfThisLayer(path))
        {
            _path.Leave(path);
            FolderTrees.Delete(folder, name);
            _cases?.Forget(path);
        }
        else if (folder.TryOpenFolder(name) is { } kept)
        {
            using (kept)
                FolderTrees.DeleteContent(kept, path, IsOfThisLayer);
        }

        _path.Leave(path);
    }
}
