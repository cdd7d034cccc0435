using RegistryCache.Core.Entries;

namespace RegistryCache.Core.FileSystem;

/// <summary>The open directories on the path of the last entry. They stay open, because the next entry usually needs the same ones. Each
/// is opened from its parent without following links.</summary>
internal sealed class OpenPath(Folder root) : IDisposable
{
    private readonly List<(string Path, Folder Folder)> _open = [];

    /// <summary>Opens a directory; <see langword="null"/> when a part of the path is not a directory.</summary>
    /// <param name="directory">The path; empty for the root.</param>
    /// <param name="onMissing">Makes the directory of the given path in the given parent, or throws.</param>
    public Folder? Enter(string directory, Func<Folder, string, Folder>? onMissing = null)
    {
        CloseAllButAncestorsOf(directory);
        while (true)
        {
            var (path, folder) = _open.Count > 0 ? _open[^1] : ("", root);
            if (path.Length == directory.Length)
                return folder;
            var start = path.Length == 0 ? 0 : path.Length + 1;
            var end = directory.IndexOf('/', start);
            var next = end < 0 ? directory : directory[..end];
            if ((folder.TryOpenFolder(next[start..]) ?? onMissing?.Invoke(folder, next)) is not { } opened)
                return null;
            _open.Add((next, opened));
        }
    }

    /// <summary>The text of the symbolic link at a path, or <see langword="null"/>.</summary>
    public string? LinkAt(string path)
    {
        var (parent, name) = LayerPaths.Split(path);
        return Enter(parent) is { } folder && folder.Find(name) is { Kind: FileKind.SymbolicLink } ? folder.ReadLink(name) : null;
    }

    /// <summary>Whether the last entry went to this directory, which has stayed since.</summary>
    public bool IsAt(string directory) => (_open.Count > 0 ? _open[^1].Path : "") == directory;

    /// <summary>Closes a directory that is about to be replaced, and those below it.</summary>
    public void Leave(string directory)
    {
        while (_open.Count > 0 && (_open[^1].Path == directory || IsAncestor(directory, _open[^1].Path)))
            Pop();
    }

    public void Dispose()
    {
        while (_open.Count > 0)
            Pop();
    }

    private void CloseAllButAncestorsOf(string directory)
    {
        while (_open.Count > 0 && _open[^1].Path != directory && !IsAncestor(_open[^1].Path, directory))
            Pop();
    }

    private static bool IsAncestor(string path, string of) =>
        of.Length > path.Length && of[path.Length] == '/' && of.StartsWith(path, StringComparison.Ordinal);

    private void Pop()
    {
        _open[^1].Folder.Dispose();
        _open.RemoveAt(_open.Count - 1);
    }
}
