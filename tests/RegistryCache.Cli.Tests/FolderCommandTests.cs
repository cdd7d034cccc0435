using System.Text.Json;

namespace RegistryCache.Cli.Tests;

/// <summary>What a CI script sees of <c>save</c> and <c>restore</c>.</summary>
internal sealed class FolderCommandTests
{
    private string _root = "";

    [SetUp]
    public void Create()
    {
        _root = Directory.CreateTempSubdirectory("registry-cache-test-").FullName;
        Directory.CreateDirectory(Path.Combine(_root, "packages"));
        File.WriteAllText(Path.Combine(_root, "packages", "json.pkg"), "content");
    }

    [TearDown]
    public void Remove() => Directory.Delete(_root, recursive: true);

    [Test]
    public async Task What_was_saved_is_restored_with_exit_code_0()
    {
        var saved = await RunAsync("save", "--key", "nuget-1", "--path", At("packages"), "--to", To);
        var restored = await RunAsync("restore", "--key", "nuget-1", "--from", From, "--into", At("back"));

        Assert.That((saved.Code, restored.Code), Is.EqualTo((ExitCode.Done, ExitCode.Done)), saved.Error + restored.Error);
        Assert.That(saved.Output, Does.StartWith("nuget-1 saved"));
        Assert.That(File.ReadAllText(At("back/json.pkg")), Is.EqualTo("content"));
    }

    [Test]
    public async Task A_miss_has_exit_code_3_and_touches_nothing()
    {
        await RunAsync("save", "--key", "nuget-1", "--path", At("packages"), "--to", To);

        foreach (var source in (string[])[From, $"type=local,src={At("nowhere")}"])
        {
            var missed = await RunAsync("restore", "--key", "npm-1", "--restore-key", "npm-", "--from", source, "--into", At("back"));
            Assert.That(missed.Code, Is.EqualTo(ExitCode.Miss));
            Assert.That(Directory.Exists(At("back")), Is.False);
        }
    }

    [Test]
    public async Task Scripts_learn_from_json_which_key_it_was()
    {
        await RunAsync("save", "--key", "nuget-1", "--path", At("packages"), "--to", To);

        var run = await RunAsync("restore", "--key", "nuget-2", "--restore-key", "nuget-", "--from", From, "--into", At("back"), "--format", "json");

        using var json = JsonDocument.Parse(run.Output);
        Assert.That(run.Code, Is.EqualTo(ExitCode.Done));
        Assert.That(json.RootElement.GetProperty("outcome").GetString(), Is.EqualTo("fallback"));
        Assert.That(json.RootElement.GetProperty("key").GetString(), Is.EqualTo("nuget-1"));
    }

    [Test]
    public async Task An_unchanged_folder_sends_nothing()
    {
        string[] save = ["save", "--key", "nuget-1", "--path", At("packages"), "--to", To, "--format", "json"];
        await RunAsync(save);

        using var json = JsonDocument.Parse((await RunAsync(save)).Output);

        Assert.That(json.RootElement.GetProperty("outcome").GetString(), Is.EqualTo("unchanged"));
        Assert.That(json.RootElement.GetProperty("bytesSent").GetInt64(), Is.Zero);
    }

    [Test]
    public async Task A_wrong_command_line_has_exit_code_2()
    {
        Assert.That((await RunAsync("save", "--path", At("packages"), "--to", To)).Code, Is.EqualTo(ExitCode.WrongUsage));
        Assert.That((await RunAsync("save", "--key", "a\nb", "--path", At("packages"), "--to", To)).Code, Is.EqualTo(ExitCode.WrongUsage));
        Assert.That((await RunAsync("save", "--key", "k", "--path", "/a", "--path", "/b", "--to", To)).Code, Is.EqualTo(ExitCode.WrongUsage));
        Assert.That((await RunAsync("restore", "--key", "k")).Code, Is.EqualTo(ExitCode.WrongUsage));
    }

    [Test]
    public async Task Copying_with_merge_keeps_what_the_target_held()
    {
        await RunAsync("save", "--key", "one", "--path", At("packages"), "--to", To);
        await RunAsync("save", "--key", "two", "--path", At("packages"), "--to", $"type=local,dest={At("other")}");

        var copied = await RunAsync("copy", "--from", $"type=local,src={At("other")}", "--to", To, "--merge");

        Assert.That(copied.Code, Is.EqualTo(ExitCode.Done), copied.Error);
        foreach (var key in (string[])["one", "two"])
            Assert.That((await RunAsync("restore", "--key", key, "--from", From, "--into", At(key))).Code, Is.EqualTo(ExitCode.Done));
    }

    private string To => $"type=local,dest={At("cache")}";

    private string From => $"type=local,src={At("cache")}";

    private string At(string relative) => Path.Combine(_root, relative);

    private static async Task<(ExitCode Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await new CommandLine(new Terminal(output, error, showsProgress: false, TimeProvider.System)).RunAsync(args, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
