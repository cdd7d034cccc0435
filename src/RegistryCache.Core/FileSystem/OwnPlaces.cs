namespace RegistryCache.Core.FileSystem;

/// <summary>What a snapshot must skip because the cache itself is kept there: a cache that is saved into itself doubles with each
/// save. Directories are compared by what they are and not by their paths, so links and mounts on the way make no difference.</summary>
internal sealed class OwnPlaces
{
    private readonly HashSet<(ulong Device, ulong Inode)> _identities = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly List<string> _found = [];

    public OwnPlaces(IEnumerable<string> directories, FolderAccess access)
    {
        foreach (var directory in directories.Where(Directory.Exists))
        {
            using var folder = Folder.Open(directory, access);
            if (folder.Describe() is { Inode: not 0 } node)
                _identities.Add((node.Device, node.Inode));
            else
                _paths.Add(RealPath.Of(directory));
        }
    }

    /// <summary>The paths that were met, for the report.</summary>
    public IReadOnlyList<string> Found => _found;

    /// <summary>Whether the folder itself is one of them.</summary>
    public bool Contains(Folder folder) => IsPlace(folder.Describe(), () => folder.FullPath);

    /// <summary>Whether a name is to be skipped. It then is in <see cref="Found"/>.</summary>
    public bool Contains(TreeItem item)
    {
        if (!OwnNames.Contains(item.Node.Name) && !IsPlace(item.Node, () => Path.Join(item.Folder.FullPath, item.Node.Name)))
            return false;
        _found.Add(item.Path);
        return true;
    }

    private bool IsPlace(FileNode node, Func<string> path)
    {
        if (node.Kind != FileKind.Directory)
            return false;
        return node.Inode != 0 ? _identities.Contains((node.Device, node.Inode)) : _paths.Count > 0 && _paths.Contains(RealPath.Of(path()));
    }
}
