using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>Entries below symbolic links of the layers, applied as if the folder were the root directory; in memory alike.</summary>
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class LinkedPathTests
{
    private ScratchFolder _scratch = null!;

    [SetUp]
    public void CreateScratch()
    {
        _scratch = new ScratchFolder();
        _scratch.Write("outside/x", "alive");
    }

    [TearDown]
    public void DeleteScratch() => _scratch.Dispose();

    private static IEnumerable<TestCaseData> Layers()
    {
        static TestCaseData Case(string name, string expected, params byte[][] layers) => new TestCaseData(expected, layers).SetArgDisplayNames(name);
        static RawTar Lower(string target) => new RawTar().Directory("usr").Directory("usr/lib").File("usr/lib/old").Symlink("lib", target);
        const string Written = "lib,usr,usr/lib,usr/lib/old,usr/lib/x";

        foreach (var target in (string[])["usr/lib", "/usr/lib", "./usr//lib/", "../../usr/lib", "usr/../usr/lib", "/../usr/lib"])
            yield return Case($"file through {target}", Written, Lower(target).End(), new RawTar().File("lib/x").End());
        yield return Case("in the same layer", Written, Lower("usr/lib").File("lib/x").End());
        yield return Case("through a chain", "a,b,lib,usr,usr/lib,usr/lib/old,usr/lib/x", Lower("usr/lib").Symlink("a", "lib").Symlink("b", "a").End(), new RawTar().File("b/x").End());
        yield return Case("to a directory that is not there", "lib,new,new/place,new/place/x", new RawTar().Symlink("lib", "new/place").End(), new RawTar().File("lib/x").End());
        yield return Case("a link in the middle", "a,a/l,real,real/deep,real/deep/x", new RawTar().Symlink("a/l", "../real").End(), new RawTar().File("a/l/deep/x").End());
        yield return Case("directory and link below", "lib,usr,usr/lib,usr/lib/d,usr/lib/old,usr/lib/s", Lower("usr/lib").End(), new RawTar().Directory("lib/d").Symlink("lib/s", "old").End());
        yield return Case("hard link through a link", Written, Lower("usr/lib").End(), new RawTar().HardLink("lib/x", "lib/old").End());
        yield return Case("whiteout through a link", "lib,usr,usr/lib", Lower("usr/lib").End(), new RawTar().File("lib/.wh.old", "").End());
        yield return Case("opaque directory through a link", "lib,usr,usr/lib,usr/lib/x", Lower("usr/lib").End(), new RawTar().File("lib/.wh..wh..opq", "").File("lib/x").End());
        yield return Case("whiteout of the link itself", "usr,usr/lib,usr/lib/old", Lower("usr/lib").End(), new RawTar().File(".wh.lib", "").End());
        yield return Case("a directory takes the place of the link", "lib,lib/x,usr,usr/lib,usr/lib/old", Lower("usr/lib").End(), new RawTar().Directory("lib").File("lib/x").End());
        yield return Case("out of the folder", "lib,outside,outside/x", new RawTar().Symlink("lib", "../outside").End(), new RawTar().File("lib/x").End());
    }

    [TestCaseSource(nameof(Layers))]
    public async Task Are_applied_where_the_link_leads_inside_the_folder(string expected, byte[][] layers)
    {
        List<BlobSource> sources = [.. layers.Select(layer => BlobSource.FromBytes(layer))];
        var options = new RestoreOptions { SymbolicLinks = SymbolicLinkPolicy.Any };

        await LayerApplier.ApplyAsync(sources, _scratch["posix"], options);
        await LayerApplier.ApplyAsync(sources, _scratch["managed"], options with { Access = FolderAccess.Managed });
        var memory = await LayerApplier.ReadIntoMemoryAsync(sources, new RestoreLimits(), CancellationToken.None);

        Assert.That(Names("posix"), Is.EqualTo(expected));
        Assert.That(Names("managed"), Is.EqualTo(expected));
        Assert.That(string.Join(',', memory.Values.Select(entry => entry.Entry.Path)), Is.EqualTo(expected));
        Assert.That(File.ReadAllText(_scratch["outside/x"]), Is.EqualTo("alive"));
    }

    private string Names(string path) => string.Join(',', Trees.Describe(_scratch[path]).Select(line => line.Split(' ')[0]));
}
