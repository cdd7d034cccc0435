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
            var missed = await RunAsync("restore", "--key", "npm-1", "--fallback", "npm-", "--from", source, "--into", At("back"));
            Assert.That(missed.Code, Is.EqualTo(ExitCode.Miss));
            Assert.That(Directory.Exists(At("back")), Is.False);
        }
    }

    [Test]
    public async Task A_source_that_could_not_be_read_is_not_said_to_lack_the_key()
    {
        Directory.CreateDirectory(At("broken"));
        await File.WriteAllTextAsync(At("broken/index.json"), "{");
        var broken = $"type=local,src={At("broken")}";

        var alone = await RunAsync("restore", "--key", "k", "--from", broken, "--into", At("back"));
        var both = await RunAsync("restore", "--key", "k", "--from", broken, "--from", From, "--into", At("back"));

        Assert.That((alone.Code, both.Code), Is.EqualTo((ExitCode.Failed, ExitCode.Failed)));
        Assert.That(alone.Error.TrimEnd(), Does.EndWith("k was not looked for: no source could be read"));
        Assert.That(both.Error.TrimEnd(), Does.EndWith("no folder was saved under k, in the sources that could be read: 1 of 2 could not"));
    }

    [Test]
    public async Task Scripts_learn_from_json_which_key_it_was()
    {
        await RunAsync("save", "--key", "nuget-1", "--path", At("packages"), "--to", To);

        var run = await RunAsync("restore", "--key", "nuget-2", "--fallback", "nuget-", "--from", From, "--into", At("back"), "--format", "json");

        using var json = JsonDocument.Parse(run.Output);
        Assert.That(run.Code, Is.EqualTo(ExitCode.Done));
        Assert.That(json.RootElement.GetProperty("outcome").GetString(), Is.EqualTo("fallback"));
        Assert.That(json.RootElement.GetProperty("key").GetString(), Is.EqualTo("nuget-1"));
    }

    [TestCase("save")]
    [TestCase("restore")]
    public async Task Json_has_exactly_the_members_of_the_document(string command)
    {
        var save = await Tool.JsonAsync("save", "--key", "nuget-1", "--path", At("packages"), "--to", To);
        var json = command == "save" ? save : await Tool.JsonAsync("restore", "--key", "nuget-1", "--from", From, "--into", At("back"));
        var rows = DocumentedCommands.Rows(DocumentedCommands.CommandLine, $"`{command}`").Where(row => row.Length == 2).ToList();

        Assert.That(rows.SelectMany(row => Names(row[0])), Is.EquivalentTo(json.EnumerateObject().Select(m => m.Name)));
        Assert.That(Names(rows.Single(row => row[0] == "`seconds`")[1]), Is.EqualTo(json.GetProperty("seconds").EnumerateObject().Select(m => m.Name)));
    }

    [Test]
    public async Task A_restore_and_a_save_say_what_they_moved()
    {
        await File.WriteAllBytesAsync(At("packages/data"), new byte[200_000]);
        var first = await RunAsync("save", "--key", "nuget-1", "--path", At("packages"), "--to", To);
        var save = await Tool.JsonAsync("save", "--key", "nuget-1", "--path", At("packages"), "--to", To);
        var text = await RunAsync("restore", "--key", "nuget-1", "--from", From, "--into", At("back"));
        var json = await Tool.JsonAsync("restore", "--key", "nuget-2", "--fallback", "nuget-", "--from", From, "--into", At("back"));
        var missed = await RunAsync("restore", "--key", "npm-1", "--from", From, "--into", At("back"), "--format", "json");

        Assert.That(first.Output, Does.Match("^nuget-1 saved, .* sent, 2 of 2 layers new, [0-9.]+ s"));
        Assert.That(text.Output, Does.Match("^nuget-1 restored, 200 KB in [0-9]+ entries, .* old; .* fetched, 0 of 2 layers reused, [0-9.]+ s"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((save.GetProperty("layersMade").GetInt32(), save.GetProperty("bytesSent").GetInt64()), Is.EqualTo((0, 0)));
            Assert.That(save.GetProperty("bytes").GetInt64(), Is.GreaterThanOrEqualTo(200_000));
            Assert.That(json.GetProperty("outcome").GetString(), Is.EqualTo("fallback"));
            Assert.That(json.GetProperty("matchedPrefix").GetString(), Is.EqualTo("nuget-"));
            Assert.That(json.GetProperty("bytesFetched").GetInt64(), Is.Positive.And.LessThan(json.GetProperty("bytes").GetInt64()));
            Assert.That(missed.Output, Does.Contain("\"outcome\": \"miss\"").And.Contain("\"bytesFetched\": 0"));
        }
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

    [TestCase(null, "json.pkg,mine,sub,sub/mine", ExitCode.Done)]
    [TestCase("keep", "json.pkg,mine,sub,sub/mine", ExitCode.Done)]
    [TestCase("replace", "json.pkg", ExitCode.Done)]
    [TestCase("delete", "mine,sub,sub/mine", ExitCode.WrongUsage)]
    public async Task What_the_folder_holds_stays_unless_it_is_to_be_replaced(string? existing, string expected, ExitCode code)
    {
        Directory.CreateDirectory(At("back/sub"));
        File.WriteAllText(At("back/mine"), "m");
        File.WriteAllText(At("back/sub/mine"), "m");
        await RunAsync("save", "--key", "k", "--path", At("packages"), "--to", To);
        string[] option = existing is null ? [] : ["--existing", existing];

        var restored = await RunAsync(["restore", "--key", "k", "--from", From, "--into", At("back"), .. option]);

        Assert.That(restored.Code, Is.EqualTo(code), restored.Error);
        Assert.That(
            string.Join(',', Directory.GetFileSystemEntries(At("back"), "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(At("back"), p)).Order(StringComparer.Ordinal)),
            Is.EqualTo(expected));
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

    [Test]
    [Platform("Linux")]
    public async Task A_folder_with_links_that_lead_out_is_restored_as_it_was_and_refused_or_thinned_out_on_request()
    {
        File.CreateSymbolicLink(At("packages/python3"), "/usr/bin/python3");
        var saved = await RunAsync("save", "--key", "venv", "--path", At("packages"), "--to", To);

        var plain = await RunAsync("restore", "--key", "venv", "--from", From, "--into", At("back"));
        var skip = await RunAsync("restore", "--key", "venv", "--from", From, "--into", At("thin"), "--symlinks", "skip");
        var inside = await RunAsync("restore", "--key", "venv", "--from", From, "--into", At("none"), "--symlinks", "inside", "--format", "json");

        Assert.That(saved.Error, Does.Contain("links that lead out of the folder").And.Contain("python3"));
        Assert.That((plain.Code, skip.Code, inside.Code), Is.EqualTo((ExitCode.Done, ExitCode.Done, ExitCode.NotUsable)), plain.Error + skip.Error);
        Assert.That(new FileInfo(At("back/python3")).LinkTarget, Is.EqualTo("/usr/bin/python3"));
        Assert.That(skip.Error, Does.Contain("skipped: python3"));
        Assert.That(Directory.GetFiles(At("thin")).Select(Path.GetFileName), Is.EqualTo(new List<string> { "json.pkg" }));
        Assert.That(Directory.Exists(At("none")), Is.False);
        using var json = JsonDocument.Parse(inside.Output);
        Assert.That(json.RootElement.GetProperty("outcome").GetString(), Is.EqualTo("not-usable"));
    }

    [Test]
    [Platform("Linux")]
    public async Task Links_that_lead_out_can_be_left_out_or_refused_by_a_save()
    {
        File.CreateSymbolicLink(At("packages/out"), "../elsewhere");

        var refused = await RunAsync("save", "--key", "k", "--path", At("packages"), "--to", To, "--symlinks", "inside");
        var thin = await RunAsync("save", "--key", "k", "--path", At("packages"), "--to", To, "--symlinks", "skip", "--format", "json");

        Assert.That((refused.Code, thin.Code), Is.EqualTo((ExitCode.Failed, ExitCode.Done)));
        Assert.That(refused.Error, Does.Contain("'out'").And.Contain("--symlinks"));
        using var json = JsonDocument.Parse(thin.Output);
        Assert.That(json.RootElement.GetProperty("skipped")[0].GetString(), Is.EqualTo("out"));
    }

    [Test]
    [Platform("Linux")]
    public async Task Names_of_a_foreign_cache_cannot_rewrite_the_terminal()
    {
        File.CreateSymbolicLink(At("packages/a\u001b[31m\nerror\u202e\u0085"), "/etc");

        var saved = await RunAsync("save", "--key", "k", "--path", At("packages"), "--to", To);
        var restored = await RunAsync("restore", "--key", "k", "--from", From, "--into", At("back"), "--symlinks", "skip");

        foreach (var error in (string[])[saved.Error, restored.Error])
        {
            Assert.That(error, Does.Contain("a\ufffd[31m\ufffderror\ufffd\ufffd"));
            Assert.That(error.ReplaceLineEndings("").Any(c => char.IsControl(c) || c == '\u202e'), Is.False);
        }
    }

    [TestCase("keep", 2026)]
    [TestCase("fixed", 1980)]
    public async Task Restored_files_have_the_times_that_were_chosen(string times, int year)
    {
        File.SetLastWriteTimeUtc(At("packages/json.pkg"), new DateTime(2026, 3, 2, 10, 20, 30, DateTimeKind.Utc));
        await RunAsync("save", "--key", "k", "--path", At("packages"), "--to", To);
        File.SetLastWriteTimeUtc(At("packages/json.pkg"), new DateTime(2027, 3, 2, 10, 20, 30, DateTimeKind.Utc));

        var again = await RunAsync("save", "--key", "k", "--path", At("packages"), "--to", To);
        var restored = await RunAsync("restore", "--key", "k", "--from", From, "--into", At("back"), "--times", times);

        Assert.That(again.Output, Does.Contain("unchanged, nothing sent"));
        Assert.That(restored.Code, Is.EqualTo(ExitCode.Done), restored.Error);
        Assert.That(File.GetLastWriteTimeUtc(At("back/json.pkg")).Year, Is.EqualTo(year));
    }

    [Test]
    public async Task A_key_whose_blob_is_damaged_is_not_usable_which_is_not_a_miss()
    {
        await RunAsync("save", "--key", "nuget-1", "--path", At("packages"), "--to", To);
        var largest = new DirectoryInfo(At("cache/blobs/sha256")).GetFiles();
        foreach (var blob in largest.Where(f => File.ReadAllBytes(f.FullName) is [0x28, 0xb5, 0x2f, 0xfd, ..]))
        {
            File.SetAttributes(blob.FullName, FileAttributes.Normal);
            File.WriteAllBytes(blob.FullName, new byte[blob.Length]);
        }

        var text = await RunAsync("restore", "--key", "nuget-1", "--from", From, "--into", At("back"));
        var missed = await RunAsync("restore", "--key", "nuget-2", "--from", From, "--into", At("back"));

        Assert.That((text.Code, missed.Code), Is.EqualTo((ExitCode.NotUsable, ExitCode.Miss)));
        Assert.That(text.Error, Does.Contain("could not be restored:").And.Contain("1 folder found for nuget-1, none could be restored"));
    }

    [TestCase("save", "--key")]
    [TestCase("save", "--path")]
    [TestCase("save", "--to")]
    [TestCase("restore", "--key")]
    [TestCase("restore", "--fallback")]
    [TestCase("restore", "--from")]
    [TestCase("restore", "--into")]
    public async Task An_empty_value_is_named_with_its_option(string command, string option)
    {
        var all = new Dictionary<string, string> { ["--key"] = "k", [command == "save" ? "--to" : "--from"] = command == "save" ? To : From };
        all[option] = "";

        var apart = await RunAsync([command, .. all.SelectMany(o => new List<string> { o.Key, o.Value })]);
        var joined = await RunAsync([command, .. all.Select(o => $"{o.Key}={o.Value}")]);

        Assert.That((apart.Code, joined.Code), Is.EqualTo((ExitCode.WrongUsage, ExitCode.WrongUsage)));
        Assert.That(apart.Error, Does.StartWith($"error: {option} needs a value."));
        Assert.That(joined.Error, Does.StartWith($"error: {option} needs a value."));
    }

    private static IReadOnlyList<string> Names(string text) => [.. text.Split('`').Where((_, i) => i % 2 == 1)];

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
