using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests;

/// <summary>Files of a result, without naming a layer.</summary>
internal sealed class FileCommandTests
{
    private ScratchDirectory _scratch = null!;

    private string Cache => $"type=local,src={_scratch["cache"]}";

    [SetUp]
    public async Task CreateAsync()
    {
        _scratch = new ScratchDirectory();
        foreach (var (key, text) in new[] { ("k-1", "one"), ("k-2", "two") })
        {
            Directory.CreateDirectory(_scratch["in/sub"]);
            await File.WriteAllTextAsync(_scratch["in/sub/file"], text);
            var saved = await Tool.RunAsync("save", "--key", key, "--path", _scratch["in"], "--to", $"type=local,dest={_scratch["cache"]}");
            Assert.That(saved.ExitCode, Is.EqualTo(ExitCode.Done), saved.Error);
        }
    }

    [TearDown]
    public void Remove() => _scratch.Dispose();

    [Test]
    public async Task A_path_in_a_cache_is_not_taken_for_a_directory_of_this_machine()
    {
        var tool = await Tool.RunAsync("cat", $"type=local,src={FixtureLayout.Open("max-gzip").Directory}", "/no-such-file");

        Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(tool.Error, Does.Contain("does not exist in").And.Not.Contain("registry reference"));
    }

    [TestCase("stats", "--level", "1", "--try")]
    [TestCase("stats", "--seed", "1", "--read")]
    [TestCase("verify", "--seed", "1", "--sample")]
    [TestCase("heal", "--seed", "1", "--sample")]
    public async Task An_option_without_a_meaning_is_wrong_usage(string command, string option, string value, string needed)
    {
        var tool = await Tool.RunAsync(command, $"type=local,src={FixtureLayout.Open("max-gzip").Directory}", option, value);

        Assert.That((tool.ExitCode, tool.Output), Is.EqualTo((ExitCode.WrongUsage, "")));
        Assert.That(tool.Error, Does.StartWith($"error: {option} has a meaning only with {needed}"));
    }

    [Test]
    public async Task The_newest_result_is_meant_unless_a_key_is_named()
    {
        Assert.That((await Tool.RunAsync("cat", Cache, "sub/file")).Output, Is.EqualTo("two"));
        Assert.That((await Tool.RunAsync("cat", Cache, "/sub/file", "--key", "k-1")).Output, Is.EqualTo("one"));
        var files = (await Tool.JsonAsync("ls", Cache, "/", "--key", "k-1")).GetProperty("files").EnumerateArray().ToList();
        Assert.That(files.Select(f => f.GetProperty("path").GetString()), Is.EqualTo(["/sub", "/sub/file"]), "the index of the folder is no file");
        var listed = await Tool.RunAsync("ls", Cache, "sub");
        Assert.That(listed.Output.Split('\n')[^3], Is.EqualTo("-rw-r--r--   3 B  /sub/file"));
        Assert.That(listed.Output, Does.EndWith("1 file, 2 entries, 3 B\n"));
    }

    [Test]
    public async Task A_result_of_a_build_is_found_by_its_record()
    {
        var fixture = $"type=local,src={FixtureLayout.Open("max-estargz").Directory}";
        var records = (await Tool.JsonAsync("inspect", fixture)).GetProperty("records").EnumerateArray().ToList();
        var digest = records.Last(r => r.GetProperty("results").GetArrayLength() > 0).GetProperty("digest").GetString()!;

        var whole = await Tool.RunAsync("ls", fixture, "/");
        var one = await Tool.RunAsync("ls", fixture, "/", "--key", digest[..20]);

        Assert.That((whole.ExitCode, one.ExitCode), Is.EqualTo((ExitCode.Done, ExitCode.Done)), whole.Error + one.Error);
        Assert.That(whole.Output, Does.Contain("  /app/done\n"));
    }

    [TestCase("cat", "/sub/fil", 1, "Did you mean '/sub/file'?")]
    [TestCase("cat", "/sub", 1, "is a directory")]
    [TestCase("ls", "/other", 1, "'/other' does not exist")]
    public async Task What_is_not_there_is_said(string command, string path, int code, string message)
    {
        var tool = await Tool.RunAsync(command, Cache, path);

        Assert.That((int)tool.ExitCode, Is.EqualTo(code));
        Assert.That(tool.Error, Does.Contain(message));
    }

    [Test]
    public async Task A_key_or_layer_that_does_not_exist_is_wrong_usage()
    {
        var key = await Tool.RunAsync("cat", Cache, "sub/file", "--key", "k-3");
        var layer = await Tool.RunAsync("cat", Cache, "sub/file", "--layer", "zz");

        Assert.That((key.ExitCode, layer.ExitCode), Is.EqualTo((ExitCode.WrongUsage, ExitCode.WrongUsage)));
        Assert.That(key.Error, Does.Contain("No folder of this cache has the key 'k-3'"));
        Assert.That(layer.Error, Does.Contain("No layer of this cache starts with 'zz'"));
    }
}
