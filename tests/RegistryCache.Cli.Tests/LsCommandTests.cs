using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Testing;

namespace RegistryCache.Cli.Tests;

/// <summary>What people and scripts see of <c>ls</c>.</summary>
internal sealed class LsCommandTests
{
    private const string LongKey = "nuget-linux-x64-release-0123456789abcdef0123456789abcdef0123456789abcdef-end";
    private ScratchDirectory _scratch = null!;

    [SetUp]
    public void Create() => _scratch = new ScratchDirectory();

    [TearDown]
    public void Remove() => _scratch.Dispose();

    private string Cache => $"type=local,src={_scratch["cache"]}";

    [Test]
    public async Task A_directory_lists_its_tags_and_a_tag_its_keys()
    {
        await SaveAsync("ci", "nuget-1", "one");
        await SaveAsync("ci", "nuget-2", "one");
        await Tool.CopyAsync($"type=local,src={FixtureLayout.Open("max-gzip").Directory}", $"type=local,dest={_scratch["cache"]},tag=main,mode=max");

        var tags = await Tool.RunAsync("ls", Cache);
        var keys = await Tool.RunAsync("ls", Cache + ",tag=ci");
        var build = await Tool.RunAsync("ls", Cache + ",tag=main");

        Assert.That((tags.ExitCode, keys.ExitCode, build.ExitCode), Is.EqualTo((ExitCode.Done, ExitCode.Done, ExitCode.Done)), tags.Error + keys.Error);
        Assert.That(Words(tags.Output)[0], Is.EqualTo("SIZE OWN SHARED LAYERS RECORDS KEYS AGE TAG"));
        Assert.That(Words(tags.Output)[1], Does.EndWith("old ci"), "the newest first");
        Assert.That(Words(tags.Output)[2], Does.EndWith("old main"));
        Assert.That(Words(tags.Output)[3], Does.StartWith("2 tags, "));
        Assert.That(Words(keys.Output)[0], Is.EqualTo("SIZE OWN SHARED LAYERS AGE KEY"));
        Assert.That(Words(keys.Output)[1..3].Select(l => l.Split(' ')[^1]), Is.EqualTo(["nuget-2", "nuget-1"]));
        Assert.That(Words(keys.Output)[3], Does.StartWith("2 keys, "));
        Assert.That(build.Output, Does.StartWith("no folders, ").And.Contain("registry-cache inspect"));
    }

    [Test]
    public async Task Json_has_exactly_the_members_of_the_document()
    {
        await SaveAsync("ci", "nuget-1", "one");
        var json = await Tool.JsonAsync("ls", Cache);
        var tag = json.GetProperty("tags")[0];
        var documented = DocumentedCommands.Rows(DocumentedCommands.CommandLine, "`ls`").Where(row => row.Length == 2).ToDictionary(row => row[0], row => row[1]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(documented.Keys.SelectMany(Names).Except(["keys"]), Is.EquivalentTo(json.EnumerateObject().Select(m => m.Name)));
            Assert.That(Names(documented["`tags`"]).Except(["mediaType", "digest", "null"]).Distinct(), Is.EquivalentTo(tag.EnumerateObject().Select(m => m.Name)));
            Assert.That(Names(documented["`keys`"]), Is.EquivalentTo(tag.GetProperty("keys")[0].EnumerateObject().Select(m => m.Name)));
            Assert.That(tag.GetProperty("tag").GetString(), Is.EqualTo("ci"));
            Assert.That(tag.GetProperty("keys")[0].GetProperty("key").GetString(), Is.EqualTo("nuget-1"));
            Assert.That(tag.GetProperty("size").GetInt64(), Is.EqualTo(json.GetProperty("size").GetInt64()).And.Positive);
            Assert.That(json.GetProperty("complete").GetBoolean());
        }
    }

    [TestCase(80)]
    [TestCase(60)]
    [TestCase(20)]
    public async Task A_table_fits_the_terminal_and_shortens_long_names_in_the_middle(int width)
    {
        await SaveAsync("ci", LongKey, "one");
        await SaveAsync("ci", "包包包包包包包包包包包包包包包包包包包包包包包包包包包包包包", "two");

        var narrow = await RunAsync(width, "ls", Cache + ",tag=ci");
        var wide = await RunAsync(null, "ls", Cache + ",tag=ci");

        Assert.That(wide, Does.Contain(LongKey));
        Assert.That(narrow, Does.Not.Contain(LongKey).And.Contain("nu").And.Contain("…").And.Contain("nd\n"));
        if (width > 20)
            Assert.That(narrow.Split('\n').Select(Columns), Is.All.LessThanOrEqualTo(width));
    }

    [Test]
    public async Task A_wrong_command_line_has_exit_code_2()
    {
        foreach (var args in (string[][])[["ls"], ["ls", Cache, "--limit", "0"], ["ls", Cache, "--limit", "many"], ["ls", "a", "b", "c"], ["ls", Cache, "--key", "k"], ["ls", Cache, "/", "--layer", "a", "--key", "b"], ["ls", "type=ftp,src=x"], ["ls", Cache, "--format", "xml"]])
            Assert.That((await Tool.RunAsync(args)).ExitCode, Is.EqualTo(ExitCode.WrongUsage), string.Join(' ', args));
    }

    [Test]
    public async Task No_cache_is_a_miss_and_only_damaged_ones_a_failure()
    {
        var nowhere = await Tool.RunAsync("ls", Cache);
        await SaveAsync("ci", "k", "one");
        var noTag = await Tool.RunAsync("ls", Cache + ",tag=other");
        File.Delete(Path.Combine(_scratch["cache"], "blobs", Layout.Config(_scratch["cache"], "ci").Replace(':', '/')));
        var damaged = await Tool.RunAsync("ls", Cache);

        Assert.That((nowhere.ExitCode, noTag.ExitCode, damaged.ExitCode), Is.EqualTo((ExitCode.Miss, ExitCode.Miss, ExitCode.Failed)));
        Assert.That(nowhere.Error, Does.Contain("no cache under any tag"));
        Assert.That(damaged.Error, Does.StartWith("ci: error RC0303"));
    }

    [Test]
    public async Task Names_of_a_foreign_cache_cannot_rewrite_the_terminal()
    {
        await SaveAsync("ci", "k\u202eevil\u200b", "one");

        foreach (var source in (string[])[Cache, Cache + ",tag=ci"])
        {
            foreach (var format in (string[])["text", "json"])
                Assert.That((await Tool.RunAsync("ls", source, "--format", format)).Output.Any(c => c is '\u202e' or '\u200b'), Is.False);
        }
    }

    [Test]
    public async Task A_registry_that_does_not_let_list_tags_is_an_error_and_a_tag_still_works([Values(401, 403, 405)] int status)
    {
        await using var registry = await TestRegistry.StartAsync();
        await Tool.CopyAsync($"type=local,src={FixtureLayout.Open("max-gzip").Directory}", $"type=registry,ref={registry.Host}/acme/app:main,mode=max");
        registry.Faults.Add("GET", RequestKind.Tags, status == 401 ? RegistryFault.Unauthorized() : RegistryFault.Status(status, code: "DENIED"), count: 100);

        var refused = await Tool.RunAsync("ls", $"{registry.Host}/acme/app");

        Assert.That(refused.ExitCode, Is.EqualTo(ExitCode.Failed), refused.Output);
        Assert.That(refused.Error, Does.Contain("cannot be listed").And.Contain("Name a tag"));
        Assert.That((await Tool.RunAsync("ls", $"{registry.Host}/acme/app:main")).ExitCode, Is.EqualTo(ExitCode.Done));
    }

    [Test]
    public async Task A_limit_stops_after_so_many_tags_of_several_pages()
    {
        await using var registry = await TestRegistry.StartAsync(new TestRegistryOptions { Quirks = new() { TagPageLimit = 2 } });
        foreach (var tag in (string[])["a", "b", "c", "d", "e"])
            await Tool.CopyAsync($"type=local,src={FixtureLayout.Open("max-gzip").Directory}", $"type=registry,ref={registry.Host}/acme/app:{tag},mode=max");

        var three = await Tool.RunAsync("ls", $"{registry.Host}/acme/app", "--limit", "3");
        var all = await Tool.JsonAsync("ls", $"{registry.Host}/acme/app");

        Assert.That(Words(three.Output)[^1], Does.StartWith("3 tags, "));
        Assert.That(three.Error, Does.Contain("more than 3 tags").And.Contain("--limit"));
        Assert.That(all.GetProperty("tags").EnumerateArray().Select(t => t.GetProperty("ownSize").GetInt64()), Is.EqualTo([0, 0, 0, 0, 0]));
    }

    [Test]
    [Category("Integration")]
    public async Task A_real_registry_lists_tags_with_and_without_caches()
    {
        await using var server = await RegistryServer.StartAsync();
        var repository = $"{server.Host}/acme/ci";
        foreach (var (tag, fixture) in new[] { ("main", "max-gzip"), ("index", "max-gzip-index"), ("zstd", "max-zstd"), ("inline", "inline-image") })
            await Tool.CopyAsync($"type=local,src={FixtureLayout.Open(fixture).Directory}", $"type=registry,ref={repository}:{tag},mode=max");
        foreach (var key in (string[])["nuget-1", "nuget-2"])
        {
            await File.WriteAllTextAsync(_scratch["file"], key);
            Assert.That((await Tool.RunAsync("save", "--key", key, "--path", _scratch.Path, "--to", $"type=registry,ref={repository}:nuget")).ExitCode, Is.EqualTo(ExitCode.Done));
        }

        var all = await Tool.JsonAsync("ls", repository);
        var one = await Tool.JsonAsync("ls", repository + ":nuget");

        var tags = all.GetProperty("tags").EnumerateArray().ToDictionary(t => t.GetProperty("tag").GetString()!);
        Assert.That(tags.Keys, Is.EquivalentTo(["main", "index", "zstd", "inline", "nuget"]));
        Assert.That(tags["nuget"].GetProperty("keys").GetArrayLength(), Is.EqualTo(2));
        Assert.That(tags["main"].GetProperty("ownSize").GetInt64(), Is.LessThan(tags["main"].GetProperty("size").GetInt64()), "the index holds the same layers");
        Assert.That(one.GetProperty("tags")[0].GetProperty("keys").ToString(), Is.EqualTo(tags["nuget"].GetProperty("keys").ToString()));
        Assert.That((await Tool.RunAsync("ls", server.Host + "/acme/none")).ExitCode, Is.EqualTo(ExitCode.Miss));
        foreach (var tag in tags)
        {
            var totals = (await Tool.JsonAsync("inspect", $"{repository}:{tag.Key}")).GetProperty("totals");
            Assert.That(tag.Value.GetProperty("size").GetInt64(), Is.EqualTo(totals.GetProperty("bytes").GetInt64()), tag.Key);
            Assert.That(tag.Value.GetProperty("records").GetInt32(), Is.EqualTo(totals.GetProperty("records").GetInt32()), tag.Key);
        }
    }

    private static IReadOnlyList<string> Names(string text) => [.. text.Split('`').Where((_, i) => i % 2 == 1)];

    private static string[] Words(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];

    private static int Columns(string line) => line.Sum(c => char.IsAscii(c) || c == '…' ? 1 : 2);

    private async Task SaveAsync(string tag, string key, string content)
    {
        Directory.CreateDirectory(_scratch["in"]);
        await File.WriteAllTextAsync(_scratch["in/file"], content);
        var saved = await Tool.RunAsync("save", "--key", key, "--path", _scratch["in"], "--to", $"type=local,dest={_scratch["cache"]},tag={tag}");
        Assert.That(saved.ExitCode, Is.EqualTo(ExitCode.Done), saved.Error);
    }

    private static async Task<string> RunAsync(int? width, params string[] args)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter();
        var terminal = new Terminal(output, error, showsProgress: false, TimeProvider.System, width: width);
        Assert.That(await new CommandLine(terminal).RunAsync(args, CancellationToken.None), Is.EqualTo(ExitCode.Done), error.ToString());
        return output.ToString();
    }
}
