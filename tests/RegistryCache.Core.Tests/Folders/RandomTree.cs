using System.Runtime.Versioning;
using System.Text;
using RegistryCache.Core.Tests.Snapshots;

namespace RegistryCache.Core.Tests.Folders;

/// <summary>A directory that changes at random, in every way that a directory can.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class RandomTree(string root, Random random)
{
    private static readonly string[] Names = ["a", "b", "lib", "src", "ü", "名前", ".wh.x", ".wh..wh..opq", "%.wh.x", "with space", "x.dll", "y.json"];

    public string Root => root;

    public void Grow(int edits)
    {
        for (var i = 0; i < edits; i++)
            Add();
    }

    public void Edit()
    {
        switch (random.Next(12))
        {
            case 0 or 1:
                Add();
                break;
            case 2:
                if (Pick(p => p != root) is { } gone)
                    Remove(gone);
                break;
            case 3 or 4:
                if (PickFile() is { } changed)
                    Write(changed);
                break;
            case 5:
                if (PickFile() is { } appended)
                    File.AppendAllText(appended, "+");
                break;
            case 6:
                if (Pick(p => p != root) is { } moved)
                    Move(moved, Free());
                break;
            case 7:
                if (Pick(p => p != root) is { } replaced)
                    Replace(replaced);
                break;
            case 8:
                if (PickFile() is { } mode)
                    File.SetUnixFileMode(mode, (UnixFileMode)(0b110_000_000 | random.Next(64)));
                break;
            case 9:
                if (PickFile() is { } touched)
                    File.SetLastWriteTimeUtc(touched, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(random.Next()));
                break;
            case 10:
                if (PickFile() is { } linked)
                    ScratchFolder.HardLink(linked, Free());
                break;
            default:
                if (PickDirectory() is var directory)
                    File.SetUnixFileMode(directory, (UnixFileMode)(0b111_000_000 | random.Next(64)));
                break;
        }
    }

    private void Add()
    {
        var path = Free();
        switch (random.Next(8))
        {
            case 0 or 1:
                Directory.CreateDirectory(path);
                break;
            case 2:
                File.CreateSymbolicLink(path, random.Next(2) == 0 ? "../elsewhere" : "a");
                break;
            default:
                Write(path);
                break;
        }
    }

    private void Replace(string path)
    {
        Remove(path);
        switch (random.Next(4))
        {
            case 0:
                Directory.CreateDirectory(path);
                Write(Path.Combine(path, "inner"));
                break;
            case 1:
                File.CreateSymbolicLink(path, "b");
                break;
            case 2 when PickFile() is { } other:
                ScratchFolder.HardLink(other, path);
                break;
            default:
                Write(path);
                break;
        }
    }

    private void Write(string path)
    {
        // A new file and not the old one with new bytes in half of the cases: that is a hard link less.
        if (File.Exists(path) && random.Next(2) == 0)
            File.Delete(path);
        var bytes = new byte[random.Next(10) == 0 ? random.Next(60_000) : random.Next(3000)];
        random.NextBytes(bytes);
        File.WriteAllText(path, Convert.ToBase64String(bytes), Encoding.ASCII);
    }

    private string Free()
    {
        while (true)
        {
            var path = Path.Combine(PickDirectory(), Names[random.Next(Names.Length)] + (random.Next(3) == 0 ? "" : $"{random.Next(20)}"));
            if (!Exists(path))
                return path;
        }
    }

    private string PickDirectory() => Pick(p => Directory.Exists(p) && new DirectoryInfo(p).LinkTarget is null) ?? root;

    private string? PickFile() => Pick(p => File.Exists(p) && new FileInfo(p).LinkTarget is null);

    private string? Pick(Func<string, bool> predicate)
    {
        List<string> all = [.. All(root).Prepend(root).Where(predicate)];
        return all.Count == 0 ? null : all[random.Next(all.Count)];
    }

    private static IEnumerable<string> All(string directory)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(directory).Order(StringComparer.Ordinal))
        {
            yield return path;
            if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)
            {
                foreach (var inner in All(path))
                    yield return inner;
            }
        }
    }

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static void Remove(string path)
    {
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    private static void Move(string from, string to)
    {
        if (to.StartsWith(from + "/", StringComparison.Ordinal))
            return;
        if (Directory.Exists(from) && new DirectoryInfo(from).LinkTarget is null)
            Directory.Move(from, to);
        else
            File.Move(from, to);
    }
}
