using System.Diagnostics;
using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests;

/// <summary>What <c>save</c> and <c>restore</c> say of what a folder holds besides files, and of a place that is gone.</summary>
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class FolderNoteTests
{
    private ScratchDirectory _scratch = null!;

    private string From => $"type=local,src={_scratch["cache"]}";

    private string To => $"type=local,dest={_scratch["cache"]}";

    [SetUp]
    public void CreateScratch()
    {
        _scratch = new ScratchDirectory();
        Directory.CreateDirectory(_scratch["tree"]);
        File.WriteAllText(_scratch["tree/plain"], "p");
    }

    [TearDown]
    public void RemoveScratch() => _scratch.Dispose();

    [Test]
    public async Task Everything_worth_knowing_of_a_save_and_a_restore_starts_with_note()
    {
        File.CreateSymbolicLink(_scratch["tree/out"], "/usr/bin/python3");
        File.WriteAllText(_scratch["tree/.wh.x"], "x");

        var saved = await Tool.RunAsync("save", "--key", "k", "--path", _scratch["tree"], "--to", To);
        var restored = await Tool.RunAsync("restore", "--key", "k", "--from", From, "--into", _scratch["back"], "--symlinks", "skip");

        Assert.That((saved.ExitCode, restored.ExitCode), Is.EqualTo((ExitCode.Done, ExitCode.Done)), saved.Error + restored.Error);
        Assert.That(Lines(saved), Has.Length.EqualTo(2).And.All.StartsWith("note: "));
        Assert.That(Lines(restored), Is.EqualTo(new[] { "note: skipped: out" }));
    }

    [Test]
    public async Task A_state_that_cannot_be_noted_is_a_warning_of_each_run()
    {
        var file = _scratch["file"];
        File.WriteAllText(file, "f");

        var saved = await Tool.RunAsync("save", "--key", "k", "--path", _scratch["tree"], "--to", To, "--state", file + "/states");
        var restored = await Tool.RunAsync("restore", "--key", "k", "--from", From, "--into", _scratch["back"], "--state", file);

        Assert.That((saved.ExitCode, restored.ExitCode), Is.EqualTo((ExitCode.Done, ExitCode.Done)), saved.Error + restored.Error);
        foreach (var run in (Tool[])[saved, restored])
            Assert.That(Lines(run), Has.Length.EqualTo(1).And.All.StartsWith("warning: The state of a folder could not be noted in "));
    }

    [Test]
    public async Task Set_id_bits_that_a_restore_clears_are_counted_once()
    {
        foreach (var name in (string[])["a", "b"])
        {
            File.WriteAllText(_scratch["tree/" + name], name);
            File.SetUnixFileMode(_scratch["tree/" + name], UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.SetUser | UnixFileMode.SetGroup);
        }

        await Tool.RunAsync("save", "--key", "k", "--path", _scratch["tree"], "--to", To);
        var restored = await Tool.RunAsync("restore", "--key", "k", "--from", From, "--into", _scratch["back"]);
        var json = await Tool.JsonAsync("restore", "--key", "k", "--from", From, "--into", _scratch["again"]);

        Assert.That(Lines(restored), Has.Length.EqualTo(1).And.All.StartsWith("note: the setuid and setgid bits of 2 entries were not restored"));
        Assert.That(json.GetProperty("setIdBitsCleared").GetInt64(), Is.EqualTo(2));
        Assert.That(File.GetUnixFileMode(_scratch["back/a"]) & (UnixFileMode.SetUser | UnixFileMode.SetGroup), Is.EqualTo(UnixFileMode.None));
    }

    [Test]
    public async Task Devices_are_refused_with_the_name_of_the_option_left_out_or_kept()
    {
        using (var made = Process.Start("mknod", [_scratch["tree/null"], "c", "1", "3"]))
        {
            await made.WaitForExitAsync();
            if (made.ExitCode != 0)
                Assert.Ignore("this user may not create devices");
        }

        string[] save = ["save", "--path", _scratch["tree"], "--to", To];
        var refused = await Tool.RunAsync([.. save, "--key", "refuse"]);
        var skipped = await Tool.RunAsync([.. save, "--key", "skip", "--devices", "skip"]);
        var kept = await Tool.RunAsync([.. save, "--key", "keep", "--devices", "keep"]);
        var unwanted = await Tool.RunAsync("restore", "--key", "keep", "--from", From, "--into", _scratch["unwanted"]);
        var thin = await Tool.RunAsync("restore", "--key", "keep", "--from", From, "--into", _scratch["thin"], "--devices", "skip");
        var back = await Tool.RunAsync("restore", "--key", "keep", "--from", From, "--into", _scratch["back"], "--devices", "keep");

        Assert.That(refused.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(refused.Error, Does.Contain("'null' is a device").And.Contain("--devices"));
        Assert.That((skipped.ExitCode, Lines(skipped)), Is.EqualTo((ExitCode.Done, new[] { "note: skipped: null" })));
        Assert.That((kept.ExitCode, Lines(kept).Single()), Is.EqualTo((ExitCode.Done, "note: devices; restore needs --devices keep, as root, or --devices skip: null")));
        Assert.That((unwanted.ExitCode, unwanted.Error.Contains("--devices", StringComparison.Ordinal)), Is.EqualTo((ExitCode.NotUsable, true)), unwanted.Error);
        Assert.That((thin.ExitCode, Lines(thin)), Is.EqualTo((ExitCode.Done, new[] { "note: skipped: null" })));
        Assert.That((back.ExitCode, File.Exists(_scratch["back/null"]), File.Exists(_scratch["thin/null"])), Is.EqualTo((ExitCode.Done, true, false)), back.Error);
    }

    [Test]
    [Category("Integration")]
    public async Task A_working_directory_that_was_deleted_is_an_error_with_a_code_and_advice()
    {
        foreach (var command in (string[])["save --key k --to type=local,dest=c", "restore --key k --from type=local,src=c", "inspect type=local,src=c", "copy --from type=local,src=c --to type=local,dest=d"])
        {
            Directory.CreateDirectory(_scratch["gone"]);
            using var tool = ToolProcess.StartUnder(["sh", "-c", "cd \"$0\" && rmdir \"$0\" && exec \"$@\"", _scratch["gone"]], command.Split(' '));

            var (exitCode, text) = await tool.EndAsync();

            Assert.That(text, Does.Contain("error RC0401").And.Contains("working directory does not exist any more"), command);
            Assert.That(exitCode, Is.EqualTo(1), command);
        }
    }

    [Test]
    [Category("Integration")]
    public async Task A_save_of_a_working_directory_that_was_deleted_into_another_place_says_the_same()
    {
        Directory.CreateDirectory(_scratch["gone"]);
        using var tool = ToolProcess.StartUnder(["sh", "-c", "cd \"$0\" && rmdir \"$0\" && exec \"$@\"", _scratch["gone"]], "save", "--key", "k", "--to", To);

        var (exitCode, text) = await tool.EndAsync();

        Assert.That((exitCode, text), Is.EqualTo((1, text)));
        Assert.That(text, Does.Contain("error RC0401").And.Contains("working directory does not exist any more"));
    }

    private static string[] Lines(Tool tool) => tool.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
