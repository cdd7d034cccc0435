using Microsoft.Win32.SafeHandles;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;

namespace RegistryCache.Core.FileSystem;

/// <summary>A directory by path, for systems without the calls of <see cref="PosixFolder"/>. Each name is inspected before it is used, so
/// links are not followed. But another process can replace a directory by a link between the two steps. Owners, devices and extended
/// attributes are not supported, inodes only where <see cref="UnixStat"/> finds them. A hard link becomes a copy.</summary>
internal sealed class ManagedFolder(string path, bool hasStat, ManagedMounts mounts) : Folder
{
    private readonly bool _hasStat = hasStat;

    public override string FullPath { get; } = path;

    /// <summary>Opens a directory. With <paramref name="hasStat"/>, <see cref="UnixStat"/> says what names stand for.</summary>
    public static ManagedFolder OpenRoot(string path, bool hasStat)
    {
        var full = Path.TrimEndingDirectorySeparator(AbsolutePath.Of(path));
        var folder = new ManagedFolder(full, hasStat, new ManagedMounts(full));
        return Directory.Exists(folder.FullPath) ? folder : throw folder.Failure("open", "", "there is no such directory");
    }

    public override IReadOnlyList<string> Names() => [.. List().Select(node => node.Name)];

    public override List<FileNode> List() => Try("list", "", () =>
    {
        var options = new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false };
        var nodes = new List<FileNode>();
        foreach (var info in new DirectoryInfo(FullPath).EnumerateFileSystemInfos("*", options))
        {
            // .NET cannot open names that are not UTF-8. They are listed as an unknown kind, so that they are not lost silently.
            if ((_hasStat ? UnixStat.Of(PathOf(info.Name), info.Name) : ToNode(info)) is { } node)
                nodes.Add(node);
            else if (info.Name.Contains('\ufffd'))
                nodes.Add(new FileNode { Name = info.Name, Kind = FileKind.Unknown });
        }

        return nodes;
    });

    public override FileNode? Find(string name) =>
        Try("inspect", name, () => _hasStat ? UnixStat.Of(PathOf(name), name) : NodeAt(PathOf(name), name));

    /// <summary>What .NET reports for a path, links not followed, or <see langword="null"/> when nothing is there.</summary>
    public static FileNode? NodeAt(string path, string name)
    {
        var info = new FileInfo(path);
        if (info.Exists || info.LinkTarget is not null)
            return ToNode(info) with { Name = name };
        var directory = new DirectoryInfo(path);
        return directory.Exists ? ToNode(directory) with { Name = name } : null;
    }

    public override FileNode Describe() => Try("inspect", "", () =>
        _hasStat && UnixStat.Of(RealPath.Of(FullPath), "") is { } node ? node : ToNode(new DirectoryInfo(FullPath)) with { Name = "" });

    public override FileNode Describe(SafeFileHandle file, string name) =>
        Try("inspect", name, () => _hasStat ? UnixStat.Of(file, name) : new FileNode
        {
            Name = name,
            Kind = FileKind.File,
            Mode = OperatingSystem.IsWindows() ? FileModes.SharedFile : File.GetUnixFileMode(file),
            Size = RandomAccess.GetLength(file),
            Modified = FileTime.From(File.GetLastWriteTimeUtc(file)),
        });

    public override Folder? TryOpenFolder(string name) =>
        Find(name) is { Kind: FileKind.Directory } ? new ManagedFolder(PathOf(name), _hasStat, mounts) : null;

    public override SafeFileHandle? TryOpenFile(string name, out FileNode node)
    {
        node = null!;
        if (Find(name) is not { Kind: FileKind.File })
            return null;
        var file = Try(
            "open", name, () => File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        try
        {
            node = Describe(file, name);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override string ReadLink(string name) => Try("read the link", name, () =>
        WindowsLinks.FromSystem(
            new FileInfo(PathOf(name)).LinkTarget ?? throw Failure("read the link", name, "it is not a link any more")));

    public override SortedDictionary<string, byte[]> ReadAttributes(string name) => new(StringComparer.Ordinal);

    public override bool TryCreateFolder(string name)
    {
        if (Find(name) is not null)
            return false;
        return Try("create the directory", name, () =>
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(PathOf(name));
            else
                Directory.CreateDirectory(PathOf(name), FileModes.PrivateDirectory);
            return true;
        });
    }

    public override SafeFileHandle? TryCreateFile(string name)
    {
        if (Find(name) is not null)
            return null;

        // CreateNew never opens through a link that appeared meanwhile.
        return Try("create", name, () =>
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.Read | FileShare.Delete,
                BufferSize = 0,
            };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = FileModes.PrivateFile;

            // The handle outlives the stream, whose end does not close it.
            return new FileStream(PathOf(name), options).SafeFileHandle;
        });
    }

    public override bool TryCreateLink(string name, string target) => Find(name) is null && Try("create the link", name, () =>
    {
        // Windows links know whether they lead to a directory; a dangling one is taken for a file.
        var text = Encodable(WindowsLinks.ToSystem(target));
        if (OperatingSystem.IsWindows() && Directory.Exists(Path.Combine(FullPath, text)))
            Directory.CreateSymbolicLink(PathOf(name), text);
        else
            File.CreateSymbolicLink(PathOf(name), text);
        return true;
    });

    public override bool TryCreateHardLink(string name, Folder from, string fromName)
    {
        if (Find(name) is not null)
            return false;
        var node = from.Find(fromName);
        if (node is { Kind: FileKind.SymbolicLink })
            return TryCreateLink(name, from.ReadLink(fromName));
        if (node is not { Kind: FileKind.File })
            throw Failure("create the hard link", name, "its target is not a regular file");
        return Try("create the hard link", name, () =>
        {
            File.Copy(((ManagedFolder)from).PathOf(fromName), PathOf(name), overwrite: false);
            File.SetLastWriteTimeUtc(PathOf(name), ToDateTime(node.Modified));
            return true;
        });
    }

    public override bool TryCreateNode(string name, FileNode node) => throw Failure("create the device", name, "this system cannot");

    public override void DeleteFile(string name) => Try("delete", name, () =>
    {
        var info = new FileInfo(PathOf(name));
        WindowsLinks.MakeDeletable(info);
        if (info.LinkTarget is not null && (info.Attributes & FileAttributes.Directory) != 0)
            Directory.Delete(PathOf(name));
        else
            File.Delete(PathOf(name));
    });

    public override void DeleteEmptyFolder(string name) =>
        Try("delete the directory", name, () => Directory.Delete(PathOf(name), recursive: false));

    public override bool TryMove(string name, Folder to, string toName)
    {
        if (to.Find(toName) is not null)
            return false;
        var (from, target) = (PathOf(name), ((ManagedFolder)to).PathOf(toName));
        return Try("move", name, () =>
        {
            var kind = Find(name)?.Kind;
            if (kind == FileKind.Directory)
            {
                Directory.Move(from, target);
            }
            else if (kind == FileKind.SymbolicLink)
            {
                // .NET looks where a link leads before it moves it, and finds nothing there.
                var node = Find(name);
                to.TryCreateLink(toName, ReadLink(name));
                to.Apply(toName, new NodeMetadata { Modified = node?.Modified });
                DeleteFile(name);
            }
            else
            {
                // .NET would copy it, and then fail to delete it.
                if (mounts.IsPoint(from))
                    throw new IOException("It is a mount point");
                File.Move(from, target, overwrite: false);
            }

            return true;
        });
    }

    public override bool TryExchange(string name, Folder other, string otherName) => false;

    public override bool IsOnOtherMount(Folder inner) => !mounts.AreOne(FullPath, inner.FullPath);

    public override FolderLock TryLock()
    {
        var path = PathOf(ManagedFolderLock.Name);
        return Find(ManagedFolderLock.Name) is { Kind: not FileKind.File }
            ? throw Failure("lock", "", $"'{ManagedFolderLock.Name}' in it is not a file")
            : Try("lock", "", () => ManagedFolderLock.TryTake(path));
    }

    public override void Flush()
    {
        // .NET cannot flush a directory.
    }

    public override void Apply(SafeFileHandle file, string name, NodeMetadata metadata) => Try("change the metadata of", name, () =>
    {
        if (metadata.Mode is { } mode && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, mode);
        if (metadata.Modified is { } time)
            File.SetLastWriteTimeUtc(file, ToDateTime(time));
    });

    public override void Apply(string name, NodeMetadata metadata) => Try("change the mode of", name, () =>
    {
        // On Unix .NET changes the time of the link itself; on Windows it would be that of its target.
        if (OperatingSystem.IsWindows())
            return;
        var kind = Find(name)?.Kind;
        if (metadata.Mode is { } mode && kind == FileKind.Directory)
            File.SetUnixFileMode(PathOf(name), mode);
        if (metadata.Modified is { } time && kind == FileKind.SymbolicLink)
            File.SetLastWriteTimeUtc(PathOf(name), ToDateTime(time));
    });

    public override void Apply(NodeMetadata metadata) => Try("change the metadata of", "", () =>
    {
        if (metadata.Modified is { } time)
            Directory.SetLastWriteTimeUtc(FullPath, ToDateTime(time));
        if (metadata.Mode is { } mode && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(FullPath, mode);
    });

    protected override void Close()
    {
        // Nothing is held open.
    }

    private static DateTime ToDateTime(FileTime time) => (time.ToCacheTime().ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch).UtcDateTime;

    private static FileNode ToNode(FileSystemInfo info)
    {
        var isLink = info.LinkTarget is not null;
        var isDirectory = !isLink && (info.Attributes & FileAttributes.Directory) != 0;
        var isSpecial = !isLink && !isDirectory && !OperatingSystem.IsWindows() && (info.Attributes & FileAttributes.Device) != 0;
        return new FileNode
        {
            Name = info.Name,
            Kind = isLink ? FileKind.SymbolicLink : isDirectory ? FileKind.Directory : isSpecial ? FileKind.Unknown : FileKind.File,
            Mode = OperatingSystem.IsWindows() ? isDirectory ? FileModes.SharedDirectory : FileModes.SharedFile
                : isLink ? FileModes.Link : info.UnixFileMode,
            Size = info is FileInfo file && !isLink ? file.Length : 0,
            Modified = FileTime.From(info.LastWriteTimeUtc),
        };
    }

    private string PathOf(string name) => Path.Join(FullPath, Encodable(name));

    // .NET would write another name in its place, which then is not found again. Windows takes any name.
    private static string Encodable(string text) => OperatingSystem.IsWindows() || !PathText.HasForeignBytes(text)
        ? text
        : throw new IOException("a name that is not UTF-8 cannot be written by .NET on this system");

    private void Try(string action, string name, Action operation) => Try<object?>(action, name, () =>
    {
        operation();
        return null;
    });

    private T Try<T>(string action, string name, Func<T> operation)
    {
        try
        {
            return operation();
        }
        catch (Exception e) when (StorageError.Is(e) || e is NotSupportedException or ArgumentException)
        {
            throw Failure(action, name, ErrorText.Quote(e.Message.TrimEnd('.')) + WindowsLinks.Advice(e), e);
        }
    }
}
