using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>A directory of one test, removed with everything in it.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public ScratchFolder() => Path = Directory.CreateTempSubdirectory("registry-cache-test-").FullName;

    public string Path { get; }

    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    public string Create(string relative)
    {
        Directory.CreateDirectory(this[relative]);
        return this[relative];
    }

    public string Write(string relative, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[relative])!);
        File.WriteAllText(this[relative], content);
        return this[relative];
    }

    /// <summary>Gives a file another name. Both paths are whole.</summary>
    public static void HardLink(string from, string to)
    {
        using var source = Folder.Open(System.IO.Path.GetDirectoryName(from)!);
        using var target = Folder.Open(System.IO.Path.GetDirectoryName(to)!);
        target.TryCreateHardLink(System.IO.Path.GetFileName(to), source, System.IO.Path.GetFileName(from));
    }

    public void Dispose() => Delete(new DirectoryInfo(Path));

    /// <summary>Deletes a directory with everything below it, if it is there.</summary>
    public void Delete(string name) => Delete(new DirectoryInfo(this[name]));

    private static void Delete(DirectoryInfo directory)
    {
        if (!directory.Exists)
            return;

        // Tests make directories that even their owner may not enter.
        Unlock(directory);

        // .NET's own deletion fails on names that are not UTF-8.
        using var parent = Folder.Open(directory.Parent!.FullName);
        FolderTrees.Delete(parent, directory.Name);
    }

    private static void Unlock(DirectoryInfo directory)
    {
        // .NET does not find names that are not UTF-8, even those that it has listed.
        if (OperatingSystem.IsWindows() || directory.LinkTarget is not null || !directory.Exists)
            return;
        directory.UnixFileMode |= UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var child in directory.EnumerateDirectories())
        {
            // Deep chains of hostile tests need no unlocking and would go deep here.
            if (child.FullName.Length < 2000)
                Unlock(child);
        }
    }
}
