using System.Net.Sockets;
using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tests.Snapshots;

namespace RegistryCache.Core.Tests.Session;

/// <summary>One set of rules: what a folder cache saves, it restores without an option.</summary>
[Platform("Linux")]
internal sealed class FolderRulesTests
{
    private const string Target = "type=registry,ref=ghcr.io/acme/ci:rules";

    private static IEnumerable<TestCaseData> Trees_that_people_have()
    {
        static TestCaseData Case(string name, Action<Folder> create) => new TestCaseData(create).SetArgDisplayNames(name);
        yield return Case("virtual environment", root =>
        {
            using var bin = Child(root, "bin");
            bin.TryCreateLink("python", "python3");
            bin.TryCreateLink("python3", "/usr/bin/python3");
            root.TryCreateLink("lib64", "lib");
        });
        yield return Case("monorepo", root =>
        {
            using var modules = Child(root, "node_modules");
            modules.TryCreateLink("shared", "../../packages/shared");
            using var bin = Child(modules, ".bin");
            bin.TryCreateLink("tsc", "../typescript/../typescript/bin/tsc");
        });
        yield return Case("two names of a link that leads out", root =>
        {
            root.TryCreateLink("a", "../../elsewhere");
            root.TryCreateHardLink("b", root, "a");
            using var deep = Child(root, "d");
            deep.TryCreateHardLink("c", root, "a");
        });
        yield return Case("link with a text of 4000 bytes", root => root.TryCreateLink("long", string.Join('/', Enumerable.Repeat(new string('l', 199), 20))));
        yield return Case("300 directories deep", root => Deep(root, 300, "d"));
        yield return Case("1500 directories deep", root => Deep(root, 1500, "d")).SetCategory("Slow");
        yield return Case("paths of 12,000 bytes", root => Deep(root, 60, new string('n', 199)));
        yield return Case("names like whiteouts", root =>
        {
            foreach (var name in (string[])[".wh.x", ".wh.", ".wh..", ".wh...", ".wh..wh..opq", ".wh..wh.plnk", "%.wh.x", "%%.wh.x", "%x", "x"])
                Write(root, name, name);
            root.TryCreateLink(".wh.link", ".wh.x");
            root.TryCreateNode(".wh.pipe", new FileNode { Name = "", Kind = FileKind.Fifo });
        });
        yield return Case("directories with names like whiteouts", root =>
        {
            using var directory = Child(root, ".wh.dir");
            using var inner = Child(directory, ".wh..wh.aufs");
            Write(inner, "file", "content");
            root.TryCreateHardLink("again", inner, "file");
            Write(directory, ".wh.first", "1");
            root.TryCreateHardLink("z", directory, ".wh.first");
        });
        yield return Case("a name with every byte a name can have", root =>
            Write(root, PathText.Decode([.. Enumerable.Range(1, 255).Where(b => b != '/').Select(b => (byte)b)]), "odd"));
    }

    [TestCaseSource(nameof(Trees_that_people_have))]
    public async Task What_is_saved_is_restored_without_an_option(object create)
    {
        await using var bench = new SessionBench();
        var tree = bench.Folder.Create("tree");
        using (var root = Folder.Open(tree))
            ((Action<Folder>)create)(root);
        var folders = bench.Cache.Folders(Target);

        await folders.SaveAsync("k", tree);
        var found = await folders.RestoreAsync("k", null, bench.Folder["back"]);

        Assert.That(found.IsExact, string.Join(" ", found.Failures.Select(f => f.Error.Message)));
        Assert.That(Trees.Describe(bench.Folder["back"]), Is.EqualTo(Trees.Describe(tree)));
        Assert.That((await folders.SaveAsync("k", bench.Folder["back"])).IsUnchanged);
    }

    [Test]
    public async Task Links_that_lead_out_are_treated_as_chosen_when_they_are_restored()
    {
        await using var bench = new SessionBench();
        var tree = bench.Folder.Create("tree");
        File.CreateSymbolicLink(Path.Combine(tree, "out"), "/etc");
        File.CreateSymbolicLink(Path.Combine(tree, "in"), "file");
        bench.Folder.Write("tree/file", "x");
        using (var root = Folder.Open(tree))
            root.TryCreateHardLink("out-again", root, "out");
        var folders = bench.Cache.Folders(Target);
        var saved = await folders.SaveAsync("k", tree);

        async Task<FolderRestore> RestoreAsync(SymbolicLinkPolicy policy) =>
            await folders.RestoreAsync("k", null, bench.Folder[policy.ToString()], new RestoreOptions { SymbolicLinks = policy });

        Assert.That(saved.Layer!.LinksOut, Is.EqualTo(new List<string> { "out", "out-again" }));
        Assert.That((await RestoreAsync(SymbolicLinkPolicy.Any)).IsExact, Is.True);
        Assert.That((await RestoreAsync(SymbolicLinkPolicy.Default)).IsExact, Is.True);
        Assert.That((await RestoreAsync(SymbolicLinkPolicy.Inside)).IsUnusable, Is.True);
        var skipped = await RestoreAsync(SymbolicLinkPolicy.Skip);
        Assert.That(skipped.Report!.Skipped, Is.EqualTo(new List<string> { "out", "out-again" }));
        Assert.That(Names(bench.Folder["Skip"]), Is.EqualTo("file,in"));
        Assert.That(Names(bench.Folder["Any"]), Is.EqualTo("file,in,out,out-again"));
    }

    [Test]
    public async Task Links_that_lead_out_are_treated_as_chosen_when_they_are_saved()
    {
        await using var bench = new SessionBench();
        var tree = bench.Folder.Create("tree");
        File.CreateSymbolicLink(Path.Combine(tree, "out"), "../x");
        bench.Folder.Write("tree/file", "x");

        FolderCache With(SymbolicLinkPolicy policy) => bench.Cache.Folders(new FolderCacheOptions
        {
            Target = CacheTarget.Parse(Target),
            Snapshot = new SnapshotOptions { SymbolicLinks = policy },
        });

        var saved = await With(SymbolicLinkPolicy.Skip).SaveAsync("k", tree);
        await With(SymbolicLinkPolicy.Any).RestoreAsync("k", null, bench.Folder["back"]);

        Assert.That(saved.Layer!.Skipped, Is.EqualTo(new List<string> { "out" }));
        Assert.That(Names(bench.Folder["back"]), Is.EqualTo("file"));
        Assert.That(
            Assert.CatchAsync<RegistryCacheException>(() => With(SymbolicLinkPolicy.Inside).SaveAsync("k", tree))!.Code,
            Is.EqualTo(RegistryCacheErrorCode.UnsupportedFile));
    }

    [Test]
    public async Task A_step_of_a_session_keeps_the_strict_rule_unless_asked()
    {
        await using var bench = new SessionBench();
        var tree = bench.Folder.Create("tree");
        File.CreateSymbolicLink(Path.Combine(tree, "out"), "/etc");
        await using var session = await bench.OpenAsync();
        await session.RecordAsync(SessionBench.Compile("a"), LayerSource.FromDirectory(tree));
        var hit = (await session.FindAsync(SessionBench.Compile("a")))!;

        var strict = await hit.TryRestoreAsync(bench.Folder["strict"]);

        Assert.That(strict.IsRestored, Is.False);
        Assert.That(strict.Failures.Single().Error.Code, Is.EqualTo(RegistryCacheErrorCode.UnsafeLayer));
    }

    [Test]
    public async Task What_a_restore_would_refuse_is_refused_by_the_save()
    {
        await using var bench = new SessionBench();
        foreach (var (name, limits) in new (string, RestoreLimits)[]
                 {
                     ("files", new() { MaxFileBytes = 9 }), ("total", new() { MaxTotalBytes = 19 }), ("entries", new() { MaxEntries = 3 }),
                     ("depth", new() { MaxPathDepth = 1 }), ("path", new() { MaxPathBytes = 3 }), ("name", new() { MaxNameBytes = 2 }),
                 })
        {
            bench.Folder.Write($"{name}/dir/f1", new string('x', 10));
            bench.Folder.Write($"{name}/dir/f2", new string('x', 10));
            bench.Folder.Write($"{name}/dir/f3", "");
            var folders = bench.Cache.Folders(new FolderCacheOptions { Target = CacheTarget.Parse(Target), Snapshot = new SnapshotOptions { Limits = limits } });

            var error = Assert.CatchAsync<LimitExceededException>(() => folders.SaveAsync("k", bench.Folder[name]), name)!;

            Assert.That(error.Message, Does.Contain("SnapshotOptions.Limits"), name);
            Assert.That(bench.Store.Tags, Is.Empty, name);
        }
    }

    [Test]
    public async Task Further_names_of_what_is_left_out_are_left_out()
    {
        await using var bench = new SessionBench();
        bench.Folder.Write("tree/file", "x");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(bench.Folder["tree/s1"]));
        using (var root = Folder.Open(bench.Folder["tree"]))
            root.TryCreateHardLink("s2", root, "s1");
        var folders = bench.Cache.Folders(Target);

        var saved = await folders.SaveAsync("k", bench.Folder["tree"]);

        Assert.That(saved.Layer!.Skipped, Is.EqualTo(new List<string> { "s1", "s2" }));
        Assert.That((await folders.RestoreAsync("k", null, bench.Folder["back"])).IsExact);
    }

    [Test]
    public async Task Deletions_of_names_like_whiteouts_are_told_apart()
    {
        using var scratch = new ScratchFolder();
        foreach (var name in (string[])[".wh.x", "x", "d/.wh.a", "d/.wh.b", ".wh.d/a", ".wh.d/b", "keep"])
            scratch.Write("tree/" + name, name);
        var before = await DirectoryState.CaptureAsync(scratch["tree"]);
        var layers = new List<byte[]> { await Trees.TarOfAsync(scratch["tree"]) };
        foreach (var name in (string[])[".wh.x", "d/.wh.a", ".wh.d/a", ".wh.d/b"])
            File.Delete(scratch["tree/" + name]);
        layers.Add(await Trees.TarOfAsync(LayerSource.FromChangesSince(before)));

        await Trees.ApplyAsync(scratch["copy"], null, [.. layers]);

        Assert.That(Trees.Describe(scratch["copy"]), Is.EqualTo(Trees.Describe(scratch["tree"])));
    }

    [Test]
    public async Task Other_tools_see_an_escaped_name_and_never_a_deletion()
    {
        using var scratch = new ScratchFolder();
        scratch.Write("tree/.wh.x", "kept");
        scratch.Write("tree/x", "also kept");
        await File.WriteAllBytesAsync(scratch["layer.tar"], await Trees.TarOfAsync(scratch["tree"]));
        scratch.Create("gnu");

        await RealTool.RunAsync("tar", "-C", scratch["gnu"], "--warning=no-unknown-keyword", "-xf", scratch["layer.tar"]);

        Assert.That(Names(scratch["gnu"]), Is.EqualTo("%.wh.x,x"));
    }

    private static string Names(string directory) => string.Join(',', Directory.GetFileSystemEntries(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    private static Folder Child(Folder parent, string name)
    {
        parent.TryCreateFolder(name);
        return parent.TryOpenFolder(name)!;
    }

    private static void Write(Folder folder, string name, string content)
    {
        using var file = folder.TryCreateFile(name)!;
        RandomAccess.Write(file, System.Text.Encoding.UTF8.GetBytes(content), 0);
    }

    private static void Deep(Folder root, int depth, string name)
    {
        var folder = root.Share();
        for (var i = 0; i < depth; i++)
        {
            var inner = Child(folder, name);
            folder.Dispose();
            folder = inner;
        }

        Write(folder, "bottom", "x");
        folder.Dispose();
    }
}
