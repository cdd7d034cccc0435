using System.Text;

namespace RegistryCache.Fixtures.Tars;

/// <summary>
/// Layers in the odd but honest forms that other programs write, and the files that they hold. Go's archive/tar, which containerd and
/// BuildKit use, reads every one of them.
/// </summary>
public static class ForeignTars
{
    private static string Size(long size) => RawTar.Octal(size, 11);

    private static RawTar Tar() => new();

    /// <summary>Name, tar, and each file's path and text.</summary>
    public static IEnumerable<ForeignTar> All()
    {
        // Names from the root: kaniko, Bazel.
        yield return new("root by name", Tar().Directory("/").Directory("etc/").File("etc/motd", "hello\n").End(), ("etc/motd", "hello\n"));
        yield return new("absolute names", Tar().Directory("./").Directory("/usr/").File("/usr/bin/tool", "t\n").File("./etc/conf", "c\n").End(), ("usr/bin/tool", "t\n"), ("etc/conf", "c\n"));
        yield return new("many slashes", Tar().Directory("//").File("///a//b", "x").End(), ("a/b", "x"));
        yield return new("root and dot", Tar().Directory("/./").File("/./a", "x").End(), ("a", "x"));
        yield return new("absolute name in a pax record", Tar().Pax(("path", "/deep/file")).File("harmless", "p").End(), ("deep/file", "p"));
        yield return new("absolute GNU long name", Tar().Long('L', "/long/file\0").File("harmless", "l").End(), ("long/file", "l"));
        yield return new("absolute ustar prefix", Tar().Entry("file", '0', size: Size(1), change: block => "/pre/fix"u8.CopyTo(block.AsSpan(345))).Content("x").End(), ("pre/fix/file", "x"));
        yield return new("absolute hard link", Tar().File("/usr/a", "same").HardLink("/usr/b", "/usr/a").End(), ("usr/a", "same"), ("usr/b", "same"));
        yield return new("absolute hard link in a pax record", Tar().File("a", "same").Pax(("linkpath", "//a")).HardLink("b", "harmless").End(), ("a", "same"), ("b", "same"));
        yield return new("absolute long link", Tar().File("a", "same").Long('K', "/a\0").HardLink("b", "harmless").End(), ("a", "same"), ("b", "same"));

        // A size without content: writers copy what stat says.
        foreach (var (type, name) in new[] { ('2', "symbolic link"), ('5', "directory"), ('6', "fifo"), ('\0', "old directory") })
        {
            var entry = type == '\0' ? "odd/" : "odd";
            yield return new($"{name} with a size", Tar().Entry(entry, type, type == '2' ? "after" : "", Size(4096)).File("after", "x").End(), ("after", "x"));
            yield return new($"{name} with a pax size", Tar().Pax(("size", "4096")).Entry(entry, type, type == '2' ? "after" : "").File("after", "x").End(), ("after", "x"));
            yield return new($"{name} with two sizes", Tar().Pax(("size", "7")).Entry(entry, type, type == '2' ? "after" : "", Size(5)).File("after", "x").End(), ("after", "x"));
        }

        yield return new("hard link with its file's size", Tar().File("a", "12345").Entry("b", '1', "a", Size(5)).File("after", "x").End(), ("a", "12345"), ("b", "12345"), ("after", "x"));
        yield return new("hard link with a pax size", Tar().File("a", "12345").Pax(("size", "5")).Entry("b", '1', "a").File("after", "x").End(), ("a", "12345"), ("b", "12345"), ("after", "x"));

        // AUFS kept its own files in the root of each branch.
        yield return new(
            "AUFS metadata",
            Tar().Directory(".wh..wh.plnk/").File(".wh..wh.plnk/1.2", "x").Directory(".wh..wh.orph/").Directory(".wh..wh.orph/deep").File(".wh..wh.orph/deep/f").File(".wh..wh.aufs", "").File("a", "x").End(),
            ("a", "x"));
        yield return new("absolute AUFS metadata", Tar().Directory("/.wh..wh.plnk").File("/.wh..wh.plnk/1.2", "x").HardLink("/.wh..wh.orph", "/.wh..wh.aufs").File("/a", "x").End(), ("a", "x"));

        yield return new(
            "AUFS links",
            Tar().Directory(".wh..wh.plnk/").File(".wh..wh.plnk/1.2", "x").HardLink("a", ".wh..wh.plnk/1.2").HardLink("sub/b", "/.wh..wh.plnk/1.2").HardLink("c", "a").End(),
            ("a", "x"),
            ("sub/b", "x"),
            ("c", "x"));

        // An end that stops short.
        yield return new("last entry without padding", Short(Tar().File("a", "first").File("x", "hello"), 512 - 5), ("a", "first"), ("x", "hello"));
        yield return new("last entry with half its padding", Short(Tar().File("x", "hello"), 200), ("x", "hello"));
        yield return new("no end", Tar().File("x", "hello").WithoutEnd(), ("x", "hello"));
        yield return new("half an end", [.. Tar().File("x", "hello").WithoutEnd(), .. new byte[512]], ("x", "hello"));

        // Owners that no system has.
        yield return new("negative owner", Tar().Pax(("uid", "-1"), ("gid", "-2")).File("x", "hello").End(), ("x", "hello"));
        yield return new("negative owner in base 256", Tar().Entry("x", '0', size: Size(5), change: block => block.AsSpan(108, 16).Fill(0xff)).Content("hello").End(), ("x", "hello"));
    }

    private static byte[] Short(RawTar tar, int missing) => tar.WithoutEnd()[..^missing];
}

/// <summary>A tar and what is in it.</summary>
public sealed class ForeignTar
{
    internal ForeignTar(string name, byte[] bytes, params (string Path, string Text)[] files)
    {
        Name = name;
        Bytes = bytes;
        Files = files;
    }

    /// <summary>What is odd about it.</summary>
    public string Name { get; }

    /// <summary>The tar.</summary>
    public byte[] Bytes { get; }

    /// <summary>Path and text of every regular file.</summary>
    public IReadOnlyList<(string Path, string Text)> Files { get; }

    /// <summary>The text of a file.</summary>
    public static byte[] Encode(string text) => Encoding.UTF8.GetBytes(text);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
