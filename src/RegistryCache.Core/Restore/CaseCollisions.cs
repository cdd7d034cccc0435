using System.Text;
using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>Finds paths that are one path to a file system that ignores case, including their parents.</summary>
internal sealed class CaseCollisions
{
    private readonly Dictionary<UInt128, UInt128> _spelling = [];

    public void Check(string path)
    {
        if (Find(path) is { } part)
            throw LayerPaths.Unsafe($"'{ErrorText.Quote(part)}' differs from an earlier path only in case");
    }

    /// <summary>Adds a path. Returns the part of it that differs from an earlier path only in case, or <see langword="null"/>.</summary>
    public string? Find(string path)
    {
        for (var end = path.IndexOf('/'); ; end = path.IndexOf('/', end + 1))
        {
            var part = end < 0 ? path : path[..end];
            var exact = PathSet.KeyOf(part);
            if (!_spelling.TryAdd(PathSet.KeyOf(Fold(part)), exact) && _spelling[PathSet.KeyOf(Fold(part))] != exact)
                return part;
            if (end < 0)
                return null;
        }
    }

    public void Forget(string path) => _spelling.Remove(PathSet.KeyOf(Fold(path)));

    /// <summary>Whether the file system of the folder ignores case. Creates a file to find out.</summary>
    public static bool AreIgnoredBy(Folder folder)
    {
        var name = ".registry-cache-case-" + Path.GetRandomFileName();
        using var file = folder.TryCreateFile(name);
        if (file is null)
            return false;
        try
        {
            return folder.Find(name.ToUpperInvariant()) is not null;
        }
        finally
        {
            file.Dispose();
            folder.DeleteFile(name);
        }
    }

    /// <summary>The same without creating anything: whether a name that is there is also found with other case.</summary>
    public static bool AreIgnoredIn(Folder folder)
    {
        var names = folder.Names();
        foreach (var name in names)
        {
            var other = name.ToUpperInvariant();
            if (other != name && !names.Contains(other))
                return folder.Find(other) is not null;
        }

        return false;
    }

    private static string Fold(string path)
    {
        try
        {
            return path.Normalize(NormalizationForm.FormC).ToUpperInvariant();
        }
        catch (ArgumentException)
        {
            // Names that are not Unicode have no other form.
            return path.ToUpperInvariant();
        }
    }
}
