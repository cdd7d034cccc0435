using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>
/// The directories from the root down to where the last entry went, kept open: entries come sorted, so the next one usually needs
/// the same. Each is opened from its parent without following a link.
/// </summary>
internal sealed class OpenPath(Folder root) : IDisposable
{
    private readonly List<(string Path, Folder Folder)> _open = [];

    /// <summary>The directory, or <see langword="null"/> when <paramref name="onMissing"/> returns none for a part that is not an open
    /// directory.</summary>
    /// <param name="directory">The path; empty for the root.</param>
    /// <param name="onMissing">Makes the directory of the given path in the given parent, throws, or returns <see langword="null"/>.</param>
    public Folder? Enter(string directory, Func<Folder, string, Folder?>? onMissing = null)
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

    /// <summary>Whether the last entry went to this directory, which has stayed since.</summary>
    public bool IsAt(string directory) => (_open.Count > 0 ? _open[^1].Path : "") == directory;

    /// <summary>Forgets a directory that is about to be replaced, and those below it.</summary>
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
