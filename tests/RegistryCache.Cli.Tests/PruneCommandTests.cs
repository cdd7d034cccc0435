using RegistryCache.Fixtures;
namespace RegistryCache.Cli.Tests;

/// <summary>What people and scripts see of <c>prune</c> and <c>rm</c>.</summary>
internal sealed class PruneCommandTests
{
    private ScratchDirectory _scratch = null!;

    [SetUp]
    public void Create() => _scratch = new ScratchDirectory();

    [TearDown]
    public void Remove() => _scratch.Dispose();

    private string Cache => $"type=local,src={_scratch["cache"]}";

    [Test]
    public async Task A_dry_run_changes_nothing_and_says_what_the_real_run_does()
    {
        await SaveAsync("ci", "nuget-1", "one");
        await SaveAsync("ci", "nuget-2", "two");
        await SaveAsync("ci", "npm-1", "three");
        var before = Bytes();

        var dry = await Tool.JsonAsync("prune", Cache, "--key", "nuget-*", "--keep-newest", "nuget-=1", "--reset-age", "0", "--dry-run");
        var unchanged = Bytes();
        var done = await Tool.JsonAsync("prune", Cache, "--key", "nuget-*", "--keep-newest", "nuget-=1", "--reset-age", "0");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(unchanged, Is.EqualTo(before));
            Assert.That((dry.GetProperty("dryRun").GetBoolean(), done.GetProperty("dryRun").GetBoolean()), Is.EqualTo((true, false)));
            Assert.That(before - Bytes(), Is.EqualTo(dry.GetProperty("freedBytes").GetInt64() - dry.GetProperty("addedBytes").GetInt64()));
            Assert.That(done.GetProperty("freedBytes").GetInt64(), Is.EqualTo(dry.GetProperty("freedBytes").GetInt64()).And.Positive);
            Assert.That(done.GetProperty("tags")[0].GetProperty("results")[0].GetProperty("key").GetString(), Is.EqualTo("nuget-1"));
            Assert.That(done.GetProperty("tags")[0].GetProperty("outcome").GetString(), Is.EqualTo("rewritten"));
        }

        Assert.That(await KeysAsync(), Is.EqualTo(["npm-1", "nuget-2"]));
    }

    [Test]
    public async Task People_see_tags_keys_and_bytes()
    {
        await SaveAsync("ci", "nuget-1", "one");
        await SaveAsync("ci", "nuget-2", "two");

        var dry = await Tool.RunAsync("prune", Cache, "--key", "nuget-1", "--dry-run");
        var nothing = await Tool.RunAsync("prune", Cache, "--older-than", "52w");

        Assert.That((dry.ExitCode, nothing.ExitCode), Is.EqualTo((ExitCode.Done, ExitCode.Done)), dry.Error + nothing.Error);
        Assert.That(dry.Output, Does.Contain("rewritten").And.Contain("nuget-1").And.Not.Contain("nuget-2").And.Contain("would free"));
        Assert.That(dry.Error, Does.Contain("younger"), "the grace period");
        Assert.That(nothing.Output, Does.Contain("nothing to remove"));
    }

    [TestCase("")]
    [TestCase(",tag=other")]
    public async Task A_place_or_a_tag_without_a_cache_ends_with_3_and_one_line(string tag)
    {
        Directory.CreateDirectory(_scratch["cache"]);

        var tool = await Tool.RunAsync("prune", Cache + tag, "--max-size", "0");

        Assert.That((tool.ExitCode, tool.Output), Is.EqualTo((ExitCode.Miss, "")), tool.Error);
        Assert.That(tool.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1).And.All.Contains("no cache"));
    }

    [Test]
    public async Task A_directory_whose_last_tag_is_gone_is_still_swept()
    {
        await SaveAsync("ci", "k", "one");
        Assert.That((await Tool.RunAsync("rm", Cache + ",tag=ci")).ExitCode, Is.EqualTo(ExitCode.Done));

        var swept = await Tool.RunAsync("prune", Cache, "--unreachable", "--reset-age", "0");
        var again = await Tool.RunAsync("prune", Cache, "--unreachable", "--reset-age", "0");

        Assert.That((swept.ExitCode, again.ExitCode), Is.EqualTo((ExitCode.Done, ExitCode.Miss)), swept.Error + again.Error);
        Assert.That(swept.Output, Does.Contain("freed "));
    }

    [Test]
    public async Task Without_a_rule_the_options_are_named()
    {
        var tool = await Tool.RunAsync("prune", Cache);

        Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.WrongUsage));
        Assert.That(tool.Error, Does.StartWith("error: A rule is missing. Give at least one of --older-than, --max-size, --key"));
    }

    [Test]
    public async Task A_tag_or_a_key_is_removed()
    {
        await SaveAsync("ci", "a*b", "one");
        await SaveAsync("ci", "axb", "two");
        await SaveAsync("other", "k", "three");

        Assert.That((await Tool.RunAsync("rm", Cache + ",tag=ci", "--key", "a*b")).ExitCode, Is.EqualTo(ExitCode.Done));
        Assert.That(await KeysAsync(), Is.EqualTo(["axb"]));
        Assert.That((await Tool.JsonAsync("rm", Cache + ",tag=other")).GetProperty("tags")[0].GetProperty("outcome").GetString(), Is.EqualTo("removed"));
        Assert.That((await Tool.RunAsync("rm", Cache + ",tag=other")).ExitCode, Is.EqualTo(ExitCode.Miss));
        Assert.That((await Tool.RunAsync("rm", Cache + ",tag=ci", "--key", "none")).ExitCode, Is.EqualTo(ExitCode.Miss));
    }

    [TestCase("--older-than", "30")]
    [TestCase("--older-than", "d")]
    [TestCase("--older-than", "2000000w")]
    [TestCase("--max-size", "10GB")]
    [TestCase("--keep-newest", "nuget-=x")]
    [TestCase("--keep-newest-tags", "")]
    [TestCase("--format", "xml")]
    public async Task Wrong_values_are_wrong_usage(string option, string value)
    {
        var tool = await Tool.RunAsync("prune", Cache, option, value);

        Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.WrongUsage));
        Assert.That(tool.Error, Does.Contain(option));
    }

    [Test]
    public async Task Without_a_rule_nothing_is_pruned()
    {
        var tool = await Tool.RunAsync("prune", Cache);

        Assert.That(tool.ExitCode, Is.Not.EqualTo(ExitCode.Done));
        Assert.That(tool.Error, Does.Contain("rule"));
    }

    [Test]
    public async Task Json_has_exactly_the_members_of_the_document()
    {
        await SaveAsync("ci", "k", "one");
        var json = await Tool.JsonAsync("prune", Cache, "--key", "k", "--dry-run");
        var documented = DocumentedCommands.Rows(DocumentedCommands.CommandLine, "`prune`").Where(row => row.Length == 2).SelectMany(r => Names(r[0]));

        Assert.That(documented.Except(["results"]), Is.EquivalentTo(json.EnumerateObject().Select(m => m.Name)));
    }

    private static IEnumerable<string> Names(string cell) => cell.Split('`').Where((_, i) => i % 2 == 1);

    private async Task<List<string>> KeysAsync() =>
        [.. (await Tool.JsonAsync("ls", Cache + ",tag=ci")).GetProperty("tags")[0].GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("key").GetString()!)];

    private long Bytes() => new DirectoryInfo(_scratch["cache/blobs"]).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);

    private async Task SaveAsync(string tag, string key, string content)
    {
        var folder = _scratch[$"in-{Guid.NewGuid():N}"];
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "file"), content);
        await Tool.JsonAsync("save", "--key", key, "--path", folder, "--to", $"type=local,dest={_scratch["cache"]},tag={tag}");
    }
}
