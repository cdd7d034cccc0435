using System.Diagnostics;
using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests;

/// <summary>
/// Restores by the real tool into difficult places: mounts, links, directories of other users, folders in use, and after kills.
/// </summary>
[Category("Integration")]
[NonParallelizable]
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class RestorePlaceTests
{
    private const int Kills = 8;
    private readonly List<string> _mounts = [];
    private ScratchDirectory _scratch = null!;

    private string Cache => $"type=local,src={_scratch["cache"]}";

    [SetUp]
    public async Task Save()
    {
        _scratch = new ScratchDirectory();
        Write("saved/sub/shared", "new");
        Write("saved/fresh/deep/file", "new");
        Write("saved/top", "new");
        await SaveAsync("k", "saved");
    }

    [TearDown]
    public async Task Remove()
    {
        foreach (var mount in Enumerable.Reverse(_mounts))
            await ShellAsync($"umount '{mount}'");
        _mounts.Clear();
        if (Directory.Exists(_scratch["target"]))
            await ShellAsync($"chattr -R -i '{_scratch["target"]}'");
        _scratch.Dispose();
    }

    [Test]
    public async Task A_shell_goes_on_working_in_the_folder_that_was_restored()
    {
        Write("target/mine", "m");

        var (code, text) = await ShellAsync($"cd '{_scratch["target"]}' && {Restore(".")} && ls && touch made && test -f top && test -f mine && test -f '{_scratch["target"]}/made'");

        Assert.That(code, Is.Zero, text);
        Assert.That(text, Does.Contain("fresh\nmine\nsub\ntop\n"));
    }

    [Test]
    public async Task A_mount_point_is_restored_into()
    {
        await MountAsync("-t tmpfs tmpfs", "target");

        await RestoreAsync("target");

        AssertRestored("target");
    }

    [Test]
    public async Task A_mount_inside_the_folder_keeps_its_content_and_gets_what_belongs_there([Values] bool isTmpfs)
    {
        Write("elsewhere/mine", "m");
        Write("elsewhere/shared", "old");
        await MountAsync(isTmpfs ? "-t tmpfs tmpfs" : $"--bind '{_scratch["elsewhere"]}'", "target/sub");

        await RestoreAsync("target");

        AssertRestored("target");
        if (!isTmpfs)
            Assert.That((Read("elsewhere/shared"), Read("elsewhere/mine")), Is.EqualTo(("new", "m")));
        Assert.That(Directory.GetFileSystemEntries(_scratch["target/sub"], ".*"), Is.Empty);
    }

    [Test]
    public async Task An_immutable_file_is_named_and_the_old_state_comes_back()
    {
        Write("target/sub/shared", "old");
        Write("target/top", "old");
        if ((await ShellAsync($"chattr +i '{_scratch["target/sub/shared"]}'")).Code != 0)
            Skip("chattr +i does not work here");

        var (code, text) = await ShellAsync(Restore(_scratch["target"]));

        Assert.That(code, Is.Not.Zero);
        Assert.That(text, Does.Contain("shared").And.Contain("RC0401"));
        Assert.That((Read("target/sub/shared"), Read("target/top")), Is.EqualTo(("old", "old")));
        Assert.That(Directory.GetFileSystemEntries(_scratch["target"]).Select(Path.GetFileName), Is.EquivalentTo(new[] { "sub", "top" }));
    }

    [Test]
    public async Task A_user_who_cannot_write_the_parent_restores_through_a_link()
    {
        if (Environment.UserName != "root")
            Skip("only root can become another user");
        Directory.CreateDirectory(_scratch["parent/real"]);
        Directory.CreateSymbolicLink(_scratch["parent/target"], "real");
        await ShellAsync($"chmod -R a+rX '{_scratch["cache"]}' '{_scratch["parent"]}/..'; chmod 555 '{_scratch["parent"]}'; chown 65534 '{_scratch["parent/real"]}'");
        if ((await ShellAsync($"setpriv --reuid 65534 --clear-groups test -r '{ToolProcess.Program}'")).Code != 0)
            Skip("another user cannot read the tool here");

        var (code, text) = await ShellAsync($"HOME=/tmp setpriv --reuid 65534 --clear-groups {Restore(_scratch["parent/target"])}");

        Assert.That(code, Is.Zero, text);
        AssertRestored("parent/real");
    }

    [Test]
    public async Task Files_that_others_create_meanwhile_are_all_there_afterwards()
    {
        for (var i = 0; i < 1500; i++)
            Write($"saved/sub/d{i % 20}/f{i}", $"{i}");
        await SaveAsync("big", "saved");
        Write("target/sub/d3/f3", "old");
        var created = 0;
        using var restore = ToolProcess.Start("restore", "--key", "big", "--from", Cache, "--into", _scratch["target"]);
        var end = restore.EndAsync();
        for (; !end.IsCompleted; created++)
        {
            Write($"target/foreign{created}", "f");
            Write($"target/sub/d{created % 20}/foreign{created}", "f");
        }

        var (code, text) = await end;
        Assert.That(code, Is.Zero, text);
        TestContext.Out.WriteLine($"{created} times two files were created meanwhile");
        for (var i = 0; i < created; i++)
            Assert.That(File.Exists(_scratch[$"target/foreign{i}"]) && File.Exists(_scratch[$"target/sub/d{i % 20}/foreign{i}"]), $"foreign{i}");
        Assert.That(Enumerable.Range(0, 1500).All(i => Read($"target/sub/d{i % 20}/f{i}") == $"{i}"));
    }

    [Test]
    public async Task Two_restores_at_once_leave_all_paths_of_both()
    {
        Write("other/top", "other");
        Write("other/only", "other");
        await SaveAsync("o", "other");
        using var first = ToolProcess.Start("restore", "--key", "k", "--from", Cache, "--into", _scratch["target"]);
        using var second = ToolProcess.Start("restore", "--key", "o", "--from", Cache, "--into", _scratch["target"]);

        await Task.WhenAll(first.SucceedAsync(), second.SucceedAsync());

        Assert.That((Read("target/only"), Read("target/sub/shared"), Read("target/fresh/deep/file")), Is.EqualTo(("other", "new", "new")));
        Assert.That(Read("target/top"), Is.AnyOf("new", "other"));
        Assert.That(Directory.GetFileSystemEntries(_scratch["target"], ".*"), Is.Empty);
    }

    [Test]
    public async Task Killed_at_any_moment_the_next_restore_starts_from_the_old_state_or_ends_in_the_new_one()
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < 1500; i++)
            Write($"saved/sub/d{i % 20}/f{i}", $"{i}");
        await SaveAsync("big", "saved");
        string[] restore = ["restore", "--key", "big", "--from", Cache, "--into", _scratch["target"]];
        Prepare();
        var start = Stopwatch.GetTimestamp();
        using (var whole = ToolProcess.Start(restore))
            await whole.SucceedAsync();
        var time = Stopwatch.GetElapsedTime(start);

        var killed = 0;
        for (var round = 0; round < Kills; round++)
        {
            Prepare();
            using (var process = ToolProcess.Start(restore))
                killed += await process.KillAfterAsync(time * (0.5 + (0.5 * random.NextDouble()))) ? 1 : 0;

            // The next restore is of another key: it undoes the interrupted one, unless that had committed.
            var next = await Tool.RunAsync("restore", "--key", "k", "--from", Cache, "--into", _scratch["target"]);
            Assert.That(next.ExitCode, Is.EqualTo(ExitCode.Done), next.Error);
            var now = Enumerable.Range(0, 1500).Select(i => _scratch[$"target/sub/d{i % 20}/f{i}"]).Select(path => File.Exists(path) ? File.ReadAllText(path) : null).ToList();
            var isOld = now.Select((text, i) => text == (i % 2 == 0 ? "old" : null)).All(same => same);
            var isNew = now.Select((text, i) => text == $"{i}").All(same => same);
            Assert.That(isOld || isNew, $"round {round}: neither the old nor the new state");
            Assert.That(Read("target/sub/mine"), Is.EqualTo("m"));
            Assert.That(Directory.GetFileSystemEntries(_scratch["target"], ".*"), Is.Empty);
            TestContext.Out.WriteLine($"round {round}: {(isNew ? "new" : "old")}");
        }

        TestContext.Out.WriteLine($"{killed} of {Kills} were killed; a whole restore took {time.TotalMilliseconds:0} ms");
        Assert.That(killed, Is.GreaterThan(0));

        void Prepare()
        {
            if (Directory.Exists(_scratch["target"]))
                Directory.Delete(_scratch["target"], recursive: true);
            Write("target/sub/mine", "m");
            for (var i = 0; i < 1500; i += 2)
                Write($"target/sub/d{i % 20}/f{i}", "old");
        }
    }

    private static void Skip(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(reason);
        Assert.Ignore(reason);
    }

    private string Restore(string into) =>
        $"{ToolProcess.ShellCommand} restore --key k --from '{Cache}' --into '{into}'";

    private async Task RestoreAsync(string into)
    {
        var (code, text) = await ShellAsync(Restore(_scratch[into]));
        Assert.That(code, Is.Zero, text);
    }

    private async Task SaveAsync(string key, string folder)
    {
        var saved = await Tool.RunAsync("save", "--key", key, "--path", _scratch[folder], "--to", $"type=local,dest={_scratch["cache"]}");
        Assert.That(saved.ExitCode, Is.EqualTo(ExitCode.Done), saved.Error);
    }

    private async Task MountAsync(string what, string place)
    {
        Directory.CreateDirectory(_scratch[place]);
        var (code, text) = await ShellAsync($"mount {what} '{_scratch[place]}'");
        if (code != 0)
            Skip($"nothing can be mounted here: {text}");
        _mounts.Add(_scratch[place]);
    }

    private void AssertRestored(string target) => Assert.That(
        (Read($"{target}/sub/shared"), Read($"{target}/fresh/deep/file"), Read($"{target}/top")), Is.EqualTo(("new", "new", "new")));

    private string Read(string path) => File.ReadAllText(_scratch[path]);

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_scratch[path])!);
        File.WriteAllText(_scratch[path], content);
    }

    private static async Task<(int Code, string Text)> ShellAsync(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"{{ {command} ; }} 2>&1"]) { RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, text);
    }
}
