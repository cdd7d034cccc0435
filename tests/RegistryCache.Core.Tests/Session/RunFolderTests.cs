using RegistryCache.Core.Errors;
using RegistryCache.Core.Tests.Snapshots;
using static RegistryCache.Core.Tests.Session.SessionBench;

namespace RegistryCache.Core.Tests.Session;

/// <summary>A step's record holds what the step made, and the user's files stay.</summary>
internal sealed class RunFolderTests
{
    private SessionBench _bench = null!;
    private string _out = "";

    [SetUp]
    public void Create()
    {
        _bench = new SessionBench();
        _out = _bench.Folder.Create("work/out");
        _bench.Folder.Write("work/out/stale.o", "stale");
        _bench.Folder.Write("work/out/dir/stale.o", "stale in dir");
        _bench.Folder.Write("work/out/main.o", "old main");
        _bench.Folder.Write("work/out/became-file/x", "stale");
        _bench.Folder.Write("work/out/became-dir", "stale");
    }

    [TearDown]
    public async Task Dispose() => await _bench.DisposeAsync();

    [Test]
    public async Task By_default_nothing_of_an_earlier_run_is_recorded_and_nothing_is_lost()
    {
        await using var session = await _bench.OpenAsync();

        await session.RestoreOrRunAsync(Compile("a"), _out, _ =>
        {
            Assert.That(Directory.GetFileSystemEntries(_out), Is.Empty, "the step sees a clean folder");
            Make();
            return Task.CompletedTask;
        });

        Assert.That(await RecordedAsync(session), Is.EqualTo("became-dir/,became-dir/y,became-file,dir/,dir/new.o,main.o"));
        Assert.That(Names(_out), Is.EqualTo("became-dir/,became-dir/y,became-file,dir/,dir/new.o,dir/stale.o,main.o,stale.o"));
        Assert.That(File.ReadAllText(Path.Combine(_out, "main.o")), Is.EqualTo("new main"));
        Assert.That(File.ReadAllText(Path.Combine(_out, "dir/stale.o")), Is.EqualTo("stale in dir"));
        Assert.That(Directory.GetFileSystemEntries(_bench.Folder["work"]), Has.Length.EqualTo(1), "nothing is left next to the folder");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task What_was_there_comes_back_when_the_run_fails_or_is_cancelled(bool isCancelled)
    {
        await using var session = await _bench.OpenAsync();
        using var cancellation = new CancellationTokenSource();

        var error = Assert.CatchAsync(() => session.RestoreOrRunAsync(Compile("a"), _out, token =>
        {
            File.WriteAllText(Path.Combine(_out, "log"), "partial");
            if (isCancelled)
                cancellation.Cancel();
            token.ThrowIfCancellationRequested();
            throw new InvalidOperationException("the compiler failed");
        }, cancellation.Token));

        Assert.That(error, isCancelled ? Is.InstanceOf<OperationCanceledException>() : Is.TypeOf<InvalidOperationException>());
        Assert.That(Names(_out), Is.EqualTo("became-dir,became-file/,became-file/x,dir/,dir/stale.o,log,main.o,stale.o"));
        Assert.That(await session.FindAsync(Compile("a")), Is.Null);
        Assert.That(Directory.GetFileSystemEntries(_bench.Folder["work"]), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_step_that_makes_its_folder_anew_is_fine()
    {
        await using var session = await _bench.OpenAsync();

        await session.RestoreOrRunAsync(Compile("a"), _out, _ =>
        {
            Directory.Delete(_out);
            Directory.CreateDirectory(_out);
            File.WriteAllText(Path.Combine(_out, "made"), "x");
            return Task.CompletedTask;
        });

        Assert.That(await RecordedAsync(session), Is.EqualTo("made"));
        Assert.That(File.Exists(Path.Combine(_out, "stale.o")));
    }

    [Test]
    public async Task A_link_to_the_folder_stays_a_link()
    {
        Directory.CreateSymbolicLink(_bench.Folder["link"], _out);
        await using var session = await _bench.OpenAsync();

        await session.RestoreOrRunAsync(Compile("a"), _bench.Folder["link"], ct => File.WriteAllTextAsync(Path.Combine(_out, "made"), "x", ct));

        Assert.That(await RecordedAsync(session), Is.EqualTo("made"));
        Assert.That(new FileInfo(_bench.Folder["link"]).LinkTarget, Is.EqualTo(_out));
        Assert.That(File.Exists(Path.Combine(_out, "stale.o")));
    }

    [Test]
    public async Task What_a_killed_process_left_aside_comes_back_and_what_a_living_one_holds_stays()
    {
        _bench.Folder.Write("work/.out.registry-cache-aside-aaaaaaaa.aaa/content/users.txt", "mine");
        _bench.Folder.Write("work/.out.registry-cache-aside-aaaaaaaa.aaa/content/dir/more.txt", "mine");
        _bench.Folder.Write("work/out/.registry-cache-aside-bbbbbbbb.bbb/content/inside.txt", "mine");
        _bench.Folder.Write("work/.out.registry-cache-aside-cccccccc.ccc/content/held.txt", "theirs");
        await using var held = new FileStream(_bench.Folder["work/.out.registry-cache-aside-cccccccc.ccc/lock"], FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        await using var session = await _bench.OpenAsync();

        await session.RestoreOrRunAsync(Compile("a"), _out, ct => File.WriteAllTextAsync(Path.Combine(_out, "made"), "x", ct));

        Assert.That(await RecordedAsync(session), Is.EqualTo("made"));
        Assert.That(Names(_out), Does.Contain("users.txt").And.Contain("dir/more.txt").And.Contain("inside.txt").And.Contain("stale.o"));
        Assert.That(Directory.GetFileSystemEntries(_bench.Folder["work"]).Select(Path.GetFileName), Is.EquivalentTo(new List<string> { "out", ".out.registry-cache-aside-cccccccc.ccc" }));
        Assert.That(File.Exists(_bench.Folder["work/.out.registry-cache-aside-cccccccc.ccc/content/held.txt"]));
    }

    [Test]
    public async Task Only_what_is_new_or_changed_is_recorded_if_so_chosen()
    {
        await using var session = await _bench.OpenAsync();

        await session.RestoreOrRunAsync(Compile("a"), _out, _ =>
        {
            Assert.That(File.Exists(Path.Combine(_out, "stale.o")));
            File.Delete(Path.Combine(_out, "stale.o"));
            File.WriteAllText(Path.Combine(_out, "main.o"), "new main");
            File.WriteAllText(Path.Combine(_out, "dir/new.o"), "new");
            return Task.CompletedTask;
        }, new() { Folder = RunFolder.Changes });

        Assert.That(await RecordedAsync(session), Is.EqualTo("dir/,dir/new.o,main.o"));
        _bench.Folder.Write("other/stale.o", "somebody's");
        await (await session.FindAsync(Compile("a")))!.RestoreAsync(_bench.Folder["other"]);
        Assert.That(File.Exists(_bench.Folder["other/stale.o"]), "a record of changes deletes nothing");
    }

    [Test]
    public async Task All_that_the_folder_holds_is_recorded_if_so_chosen()
    {
        await using var session = await _bench.OpenAsync();

        await session.RestoreOrRunAsync(Compile("a"), _out, ct => File.WriteAllTextAsync(Path.Combine(_out, "made"), "x", ct), new() { Folder = RunFolder.AsIs });

        Assert.That(await RecordedAsync(session), Does.Contain("stale.o").And.Contain("made"));
    }

    [Test]
    public async Task A_hit_leaves_what_is_there()
    {
        await using var session = await _bench.OpenAsync();
        await session.RecordAsync(Compile("a"), Output("A"));

        var run = await session.RestoreOrRunAsync(Compile("a"), _out, _ => throw new InvalidOperationException("must not run"));

        Assert.That(run.WasRestored);
        Assert.That(Names(_out), Does.Contain("stale.o").And.Contain("out.txt"));
    }

    [Test]
    [Category("Integration")]
    [Platform("Linux")]
    public async Task A_mount_point_is_emptied_from_within()
    {
        await MountAsync(_out);

        try
        {
            _bench.Folder.Write("work/out/stale.o", "stale");
            await using var session = await _bench.OpenAsync();

            await session.RestoreOrRunAsync(Compile("a"), _out, ct => File.WriteAllTextAsync(Path.Combine(_out, "made"), "x", ct));

            Assert.That(await RecordedAsync(session), Is.EqualTo("made"));
            Assert.That(Names(_out), Is.EqualTo("made,stale.o"));
        }
        finally
        {
            await RealTool.RunAsync("umount", _out);
        }
    }

    [Test]
    [Category("Integration")]
    [Platform("Linux")]
    public async Task A_folder_that_cannot_be_emptied_is_an_error_before_anything_runs()
    {
        await MountAsync(Path.Combine(_out, "dir"));

        try
        {
            await using var session = await _bench.OpenAsync();

            var error = Assert.CatchAsync<CacheStorageException>(
                () => session.RestoreOrRunAsync(Compile("a"), _out, _ => throw new InvalidOperationException("must not run")))!;

            Assert.That(error.Message, Does.Contain("could not be emptied"));
            Assert.That(Names(_out), Is.EqualTo("became-dir,became-file/,became-file/x,dir/,main.o,stale.o"));
        }
        finally
        {
            await RealTool.RunAsync("umount", Path.Combine(_out, "dir"));
        }
    }

    private static async Task MountAsync(string place)
    {
        var (exitCode, output) = await RealTool.TryRunAsync("mount", "-t", "tmpfs", "none", place);
        if (exitCode != 0)
            Assert.Ignore($"This system does not let us mount: {output}");
    }

    private void Make()
    {
        Directory.CreateDirectory(Path.Combine(_out, "dir"));
        Directory.CreateDirectory(Path.Combine(_out, "became-dir"));
        foreach (var (name, content) in new[] { ("main.o", "new main"), ("dir/new.o", "new"), ("became-file", "new"), ("became-dir/y", "new") })
            File.WriteAllText(Path.Combine(_out, name), content);
    }

    private async Task<string> RecordedAsync(BuildSession session)
    {
        var into = _bench.Folder[Guid.NewGuid().ToString("N")];
        await (await session.FindAsync(Compile("a")))!.RestoreAsync(into);
        return Names(into);
    }

    private static string Names(string directory) => string.Join(',', Directory
        .GetFileSystemEntries(directory, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(directory, path) + (Directory.Exists(path) ? "/" : ""))
        .Order(StringComparer.Ordinal));
}
