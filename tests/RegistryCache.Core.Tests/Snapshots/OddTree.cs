using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>A tree with every oddity that a snapshot must carry. Linux only.</summary>
internal static class OddTree
{
    public static readonly FileTime SomeTime = new(1_600_000_000, 123_456_700);

    public static void Create(string path, bool withAttributes = false, bool isPortable = false)
    {
        Directory.CreateDirectory(path);
        using var root = Folder.Open(path);
        File_(root, "plain", "hello");
        File_(root, "empty", "");
        File_(root, "tool", "#!/bin/sh\n", FileModes.SharedDirectory);
        File_(root, "read-only", "r", FileModes.SharedFile & ~UnixFileMode.UserWrite);
        File_(root, "ünïcødé-名前-🎉", "u");
        if (!isPortable)
            Unportable(root);
        File_(root, new string('n', 255), "long name");
        File_(root, "back\\slash and space\nnewline", "odd");
        root.TryCreateLink("to-plain", "plain");
        root.TryCreateLink("dangling", "no/such/file");
        root.TryCreateLink("to-long", "d/" + new string('t', 200));
        Sparse(root);
        Directories(root);
        if (withAttributes)
            root.Apply("plain", new NodeMetadata { Attributes = new Dictionary<string, ReadOnlyMemory<byte>> { ["user.origin"] = "a\0b\n="u8.ToArray() } });
    }

    private static void Unportable(Folder root)
    {
        File_(root, "not-utf8-\udcff\udcfe", "bytes");
        root.TryCreateHardLink("plain-again", root, "plain");
        root.TryCreateNode("pipe", new FileNode { Name = "pipe", Kind = FileKind.Fifo });
    }

    private static void Directories(Folder root)
    {
        var folder = root.Share();
        for (var i = 0; i < 12; i++)
        {
            folder.TryCreateFolder("level-" + new string((char)('a' + i), 30));
            var inner = folder.TryOpenFolder("level-" + new string((char)('a' + i), 30))!;
            folder.Dispose();
            folder = inner;
            File_(folder, "file", $"{i}");
        }

        folder.TryCreateLink("up", "../" + "file");
        folder.Dispose();
        root.TryCreateFolder("empty-dir");
        root.TryCreateFolder("locked");
        using var locked = root.TryOpenFolder("locked")!;
        File_(locked, "inside", "x");
        locked.Apply(new NodeMetadata { Mode = FileModes.SharedDirectory & ~UnixFileMode.UserWrite, Modified = SomeTime });
        File_(root, "a", "before a-b");
        File_(root, "a-b", "after a");
    }

    private static void Sparse(Folder root)
    {
        using var file = root.TryCreateFile("sparse")!;
        RandomAccess.SetLength(file, 9_000_001);
        RandomAccess.Write(file, "start"u8, 0);
        RandomAccess.Write(file, "middle"u8, 4_000_000);
        root.Apply(file, "sparse", new NodeMetadata { Mode = FileModes.SharedFile });
    }

    private static void File_(Folder folder, string name, string content, UnixFileMode mode = FileModes.SharedFile)
    {
        using var file = folder.TryCreateFile(name)!;
        RandomAccess.Write(file, System.Text.Encoding.UTF8.GetBytes(content), 0);
        folder.Apply(file, name, new NodeMetadata { Mode = mode, Modified = SomeTime });
    }
}
