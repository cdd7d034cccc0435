namespace RegistryCache.Core.FileSystem;

/// <summary>Where the cache itself is kept. A snapshot skips it: a cache that is saved into itself doubles with each save. A restore never
/// removes it, and a run of a step does not move it. They are compared by what they are and not by their paths, so links and mounts
/// on the way make no difference.</summary>
internal sealed class OwnPlaces
{
    private readonly HashSet<(ulong Device, ulong Inode)> _identities = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly string[] _real;
    private readonly List<string> _found = [];

    /// <summary>Places by their paths: directories, or the files of archives. What does not exist is left out.</summary>
    public OwnPlaces(IEnumerable<string> paths, FolderAccess access)
    {
        _real = [.. paths.Where(Path.Exists).Select(RealPath.Of)];
        foreach (var path in _real)
        {
            if (NodeAt(path, access) is { Inode: not 0 } node)
                _identities.Add((node.Device, node.Inode));
            else
                _paths.Add(path);
        }
    }

    /// <summary>The paths that were met, for the report.</summary>
    public IReadOnlyList<string> Found => _found;

    /// <summary>Whether the folder itself is one of them.</summary>
    public bool Contains(Folder folder) => _real.Length > 0 && IsPlace(folder.Describe(), () => folder.FullPath);

    /// <summary>Whether a name is to be skipped. It then is in <see cref="Found"/>.</summary>
    public bool Contains(TreeItem item)
    {
        if (!OwnNames.Contains(item.Node.Name) && !IsPlace(item.Folder, item.Node))
            return false;
        _found.Add(item.Path);
        return true;
    }

    /// <summary>Whether something in a folder is one of them.</summary>
    public bool IsPlace(Folder folder, FileNode node) => IsPlace(node, () => Path.Join(folder.FullPath, node.Name));

    /// <summary>Whether one of them is somewhere below a directory, which is given by its real path.</summary>
    public bool AnyBelow(string directory)
    {
        var start = Path.TrimEndingDirectorySeparator(directory) + Path.DirectorySeparatorChar;
        return Array.Exists(_real, place => place.StartsWith(start, StringComparison.Ordinal));
    }

    private static FileNode? NodeAt(string path, FolderAccess access)
    {
        var parent = Directory.Exists(path) ? null : Path.GetDirectoryName(path);
        using var folder = Folder.Open(parent ?? path, access);
        return parent is null ? folder.Describe() : folder.Find(Path.GetFileName(path));
    }

    private bool IsPlace(FileNode node, Func<string> path)
    {
        if (node.Kind is not (FileKind.Directory or FileKind.File))
            return false;
        return node.Inode != 0 ? _identities.Contains((node.Device, node.Inode)) : _paths.Count > 0 && _paths.Contains(RealPath.Of(path()));
    }
}
