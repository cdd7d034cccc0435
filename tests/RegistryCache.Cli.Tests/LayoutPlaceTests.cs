using System.Text.RegularExpressions;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Content;
using RegistryCache.Fixtures.Tars;

namespace RegistryCache.Cli.Tests;

/// <summary>
/// Something unexpected instead of each file of a layout directory. Each command either fails with an error code and leaves the old
/// keys unchanged, or completes its work. It never reports a miss, hangs, crashes or writes outside.
/// </summary>
[Category("Integration")]
internal sealed partial class LayoutPlaceTests
{
    private static readonly TimeSpan Hanging = TimeSpan.FromMinutes(2);
    private static readonly string[] Commands = ["inspect", "copy-from", "copy-to", "save", "restore"];
    private static readonly string[] Places =
        ["index.json", "index.json.lock", "oci-layout", "manifest", "config", "layer", "blobs", "blobs/sha256", "ingest"];

    private ScratchDirectory _scratch = null!;

    [OneTimeSetUp]
    public async Task Fill()
    {
        _scratch = new ScratchDirectory();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_scratch.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(_scratch["content"]);
        await File.WriteAllTextAsync(Path.Combine(_scratch["content"], "file"), "content");
        var saved = await Tool.RunAsync("save", "--key", "old", "--path", _scratch["content"], "--to", $"type=local,dest={_scratch["cache"]}");
        Assert.That(saved.ExitCode, Is.EqualTo(ExitCode.Done), saved.Error);
        await File.WriteAllTextAsync(Path.Combine(_scratch["content"], "other"), "more");
    }

    [OneTimeTearDown]
    public void Remove() => _scratch.Dispose();

    /// <summary>The expected error where it matters. Elsewhere any of this library's codes, or success, is allowed.</summary>
    private static string? Required(string place, string kind) => (place, kind) switch
    {
        ("index.json", "empty" or "truncated" or "directory" or "fifo" or "socket" or "link") => "RC0205",
        ("index.json", "large") => "RC0304",
        ("index.json", "unreadable") => "RC0401",
        ("index.json.lock", "directory" or "fifo" or "socket" or "link") => "RC0205",
        ("index.json.lock", not "unreadable") => "done",
        _ => null,
    };

    [Test]
    public async Task Every_command_is_right_about_every_place([ValueSource(nameof(Places))] string place)
    {
        foreach (var kind in OddFile.Kinds.Where(k => k != "unreadable"))
        {
            foreach (var command in Commands)
                await TryAsync(place, kind, command, async args => Parts(await Task.Run(() => Tool.RunAsync(args)).WaitAsync(Hanging)));
        }

        static (int, string) Parts(Tool tool) => ((int)tool.ExitCode, tool.Error);
    }

    [Test]
    public async Task Every_command_is_right_about_what_it_may_not_read([ValueSource(nameof(Places))] string place)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            Assert.Ignore("Only root can run the tool as another user.");
        foreach (var command in Commands)
        {
            await TryAsync(place, "unreadable", command, async args =>
            {
                using var tool = ToolProcess.StartUnder(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"], args);
                return await tool.EndAsync().WaitAsync(Hanging);
            });
        }
    }

    [Test]
    public async Task A_limit_on_the_length_of_files_does_not_end_a_save()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("prlimit belongs to Linux.");
        using var round = new ScratchDirectory();

        // With that option the runtime makes a large file of its own.
        using var tool = ToolProcess.StartUnder(
            ["env", "DOTNET_EnableWriteXorExecute=0", "prlimit", "--fsize=1048576"], "save", "--key", "new", "--path", _scratch["content"], "--to", $"type=local,dest={round["cache"]}");
        await tool.SucceedAsync();
        Layout.AssertComplete(round["cache"], "latest");
    }

    [Test]
    public async Task A_read_only_mount_can_be_read_and_says_that_it_cannot_be_written()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            Assert.Ignore("Only root can mount.");
        foreach (var command in Commands)
        {
            using var round = new ScratchDirectory();
            var directory = round["cache"];
            await OutsideTool.RunAsync("cp", ["-a", _scratch["cache"], directory]);
            var before = Layout.Snapshot(directory);
            using var tool = ToolProcess.StartUnder(
                ["unshare", "-m", "sh", "-c", "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" && exec \"$@\"", directory],
                Arguments(command, directory, round));
            var (exitCode, text) = await tool.EndAsync().WaitAsync(Hanging);
            var writes = command is "copy-to" or "save";
            Assert.That(exitCode, Is.EqualTo(writes ? 1 : 0), $"{command}: {text}");
            if (writes)
                Assert.That(text, Does.Contain("RC0401"), command);
            Assert.That(Layout.Snapshot(directory), Is.EqualTo(before), command);
        }
    }

    private async Task TryAsync(string place, string kind, string command, Func<string[], Task<(int ExitCode, string Error)>> run)
    {
        using var round = new ScratchDirectory();
        var directory = round["cache"];
        await OutsideTool.RunAsync("cp", ["-a", _scratch["cache"], directory]);
        var outside = round["outside"];
        await File.WriteAllTextAsync(outside, "outside");
        var tags = Layout.Tags(directory);
        var config = Layout.Config(directory);
        var layer = (string)Layout.Layers(Layout.Manifest(directory))[0]["digest"]!;
        var path = Path.Combine(directory, place switch
        {
            "manifest" => BlobPath(tags["latest"]),
            "config" => BlobPath(config),
            "layer" => BlobPath(layer),
            _ => place,
        });
        await OddFile.PutAsync(path, kind, outside);
        if (kind == "unreadable")
            await OutsideTool.RunAsync("chown", ["-R", "65534:65534", round.Path]);
        if (kind == "unreadable" && place == "index.json.lock")
            await OutsideTool.RunAsync("chown", ["root:root", path]);
        var index = Path.Combine(directory, "index.json");
        var before = place == "index.json" && kind is not ("empty" or "truncated") ? [] : await File.ReadAllBytesAsync(index);

        var (exitCode, error) = await run(Arguments(command, directory, round));

        var what = $"{place} {kind} {command}: exit {exitCode} {error.Trim().ReplaceLineEndings(" ")}";
        TestContext.Out.WriteLine(what);
        Assert.That(error, Does.Not.Contain("unexpected"), what);

        // A key that was found but whose layer cannot be read has its own outcome, exit code and error.
        Assert.That(exitCode, command == "restore" && place == "layer" ? Is.AnyOf(0, 1, 4) : Is.AnyOf(0, 1), what);
        Assert.That(await File.ReadAllTextAsync(outside), Is.EqualTo("outside"), what);
        if (exitCode != 0)
            Assert.That(Code().IsMatch(error), Is.True, what);
        if (Required(place, kind) is { } required)
            Assert.That(required == "done" ? exitCode == 0 : error.Contains(required, StringComparison.Ordinal), Is.True, $"expected {required}: {what}");
        if (exitCode == 0 && (command is "copy-to" or "save") && place != "layer" && kind != "unreadable")
            Layout.AssertComplete(directory, "latest");
        else if (exitCode != 0 && before.Length > 0)
            Assert.That(await File.ReadAllBytesAsync(index), Is.EqualTo(before), what);
    }

    private string[] Arguments(string command, string directory, ScratchDirectory round) => command switch
    {
        "inspect" => ["inspect", $"type=local,src={directory}"],
        "copy-from" => ["copy", "--from", $"type=local,src={directory}", "--to", $"type=local,dest={round["copy"]},mode=max"],
        "copy-to" => ["copy", "--from", $"type=local,src={FixtureLayout.Open("min-gzip").Directory}", "--to", $"type=local,dest={directory},mode=max"],
        "save" => ["save", "--key", "new", "--path", _scratch["content"], "--to", $"type=local,dest={directory}"],
        _ => ["restore", "--key", "old", "--from", $"type=local,src={directory}", "--into", round["back"]],
    };

    private static string BlobPath(string digest) => Path.Combine("blobs", digest.Replace(':', '/'));

    [GeneratedRegex("RC0[0-9]{3}")]
    private static partial Regex Code();
}
