using System.Text.Json;
using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests;

internal sealed class CommandLineTests
{
    private static readonly string MaxGzip = $"type=local,src={FixtureLayout.Open("max-gzip").Directory}";
    private static readonly string[] InspectMembers = ["form", "manifest", "config", "skipped", "layers", "records", "totals"];
    private static readonly string[] LayerMembers = ["digest", "size", "mediaType", "diffId", "parent", "createdAt"];
    private ScratchDirectory _scratch = null!;

    [SetUp]
    public void Create() => _scratch = new ScratchDirectory();

    [TearDown]
    public void Remove() => _scratch.Dispose();

    [Test]
    public async Task Inspect_writes_the_JSON_that_scripts_rely_on()
    {
        var json = await Tool.JsonAsync("inspect", MaxGzip);
        var layout = FixtureLayout.Open("max-gzip");
        using var config = JsonDocument.Parse(layout.Read(Layout.Config(layout.Directory)));
        var records = config.RootElement.GetProperty("records");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Members(json), Is.EqualTo(InspectMembers));
            Assert.That(Members(json.GetProperty("manifest")), Is.EqualTo(new[] { "mediaType", "digest", "size" }));
            Assert.That(json.GetProperty("manifest").GetProperty("digest").GetString(), Is.EqualTo(layout.DigestOf()));
            Assert.That(json.GetProperty("manifest").GetProperty("size").GetInt64(), Is.EqualTo(layout.Read(layout.DigestOf()).Length));
            Assert.That(Members(json.GetProperty("config")), Is.EqualTo(new[] { "digest", "size" }));
            Assert.That(json.GetProperty("config").GetProperty("digest").GetString(), Is.EqualTo(Layout.Config(layout.Directory)));
            Assert.That(json.GetProperty("layers").EnumerateArray().Select(Members), Is.All.EqualTo(LayerMembers));
            Assert.That(json.GetProperty("records").EnumerateArray().Select(Members), Is.All.EqualTo(new[] { "digest", "inputs", "results" }));
            Assert.That(
                json.GetProperty("records").EnumerateArray().SelectMany(r => r.GetProperty("inputs").EnumerateArray()).SelectMany(i => i.EnumerateArray()).Select(Members),
                Is.Not.Empty.And.All.EqualTo(new[] { "record", "selector" }));
            Assert.That(
                json.GetProperty("records").EnumerateArray().Select(r => r.GetProperty("digest").GetString()),
                Is.EqualTo(records.EnumerateArray().Select(r => r.GetProperty("digest").GetString())));
            Assert.That(json.GetProperty("totals").GetProperty("records").GetInt32(), Is.EqualTo(records.GetArrayLength()));
            Assert.That(json.GetProperty("totals").GetProperty("layers").GetInt32(), Is.EqualTo(json.GetProperty("layers").GetArrayLength()));
        }
    }

    [Test]
    public async Task Inspect_draws_every_fixture([ValueSource(nameof(AllFixtures))] string name)
    {
        var tool = await Tool.RunAsync("inspect", $"type=local,src={FixtureLayout.Open(name).Directory}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.Done), tool.Error);
            Assert.That(tool.Error, Is.Empty);
            Assert.That(tool.Output.Split('\n'), Has.Length.GreaterThan(10));
        }
    }

    [Test]
    public async Task Copy_writes_what_became_of_every_target_as_JSON()
    {
        var json = await Tool.JsonAsync(
            "copy", "--from", MaxGzip, "--from", $"type=local,src={_scratch["none"]}", "--to", $"type=local,dest={_scratch["a"]},mode=max", "--to", $"type=local,dest={_scratch["b"]}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(json.GetProperty("sources").EnumerateArray().Select(s => s.GetProperty("outcome").GetString()), Is.EqualTo(new[] { "hit", "miss" }));
            foreach (var (target, directory) in json.GetProperty("targets").EnumerateArray().Zip([_scratch["a"], _scratch["b"]]))
            {
                Assert.That(target.GetProperty("manifest").GetProperty("digest").GetString(), Is.EqualTo(Layout.Tags(directory)["latest"]));
                Assert.That(target.GetProperty("config").GetProperty("digest").GetString(), Is.EqualTo(Layout.Config(directory)));
                var layers = target.GetProperty("layers").EnumerateArray().ToList();
                Assert.That(layers.Select(l => l.GetProperty("action").GetString()), Is.Not.Empty.And.All.EqualTo("uploaded"));
                Assert.That(layers.Sum(l => l.GetProperty("bytesSent").GetInt64()), Is.EqualTo(target.GetProperty("bytesSent").GetInt64()));
            }
        }
    }

    [Test]
    public async Task A_target_that_fails_does_not_keep_the_cache_from_the_others()
    {
        Directory.CreateDirectory(_scratch.Path);
        var file = _scratch["file"];
        await File.WriteAllTextAsync(file, "no directory");
        var tool = await Tool.RunAsync(
            "copy", "--format", "json", "--from", MaxGzip, "--to", $"type=local,dest={file},mode=max", "--to", $"type=local,dest={_scratch["b"]},mode=max");
        using var json = JsonDocument.Parse(tool.Output);
        var targets = json.RootElement.GetProperty("targets");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.Failed));
            Assert.That(Lines(tool.Error), Has.Length.EqualTo(1).And.All.Match("file.*RC\\d{4} \\(target\\)"));
            Assert.That(targets.EnumerateArray().Select(t => t.GetProperty("failed").GetBoolean()), Is.EqualTo(new[] { true, false }));
            Assert.That(targets[0].GetProperty("error").GetString(), Does.Match("RC\\d{4}"));
            Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("no directory"));
            Assert.That(targets[1].GetProperty("manifest").GetProperty("digest").GetString(), Is.EqualTo(Layout.Tags(_scratch["b"])["latest"]));
        }
    }

    [Test]
    public async Task A_registry_target_with_a_directory_alone_writes_the_directory()
    {
        await Tool.CopyAsync(MaxGzip, $"type=registry,dest={_scratch["d"]},mode=max");
        Assert.That(Layout.Tags(_scratch["d"])["latest"], Is.EqualTo(FixtureLayout.Open("max-gzip").DigestOf()));
    }

    [Test]
    public async Task No_cache_in_any_source_is_exit_code_3_and_targets_stay_untouched()
    {
        var tool = await Tool.RunAsync("copy", "--from", $"type=local,src={_scratch["none"]}", "--from", MaxGzip + ",tag=other", "--to", $"type=local,dest={_scratch["target"]}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)tool.ExitCode, Is.EqualTo(3));
            Assert.That(Lines(tool.Error), Has.Length.EqualTo(2).And.All.Contains("no cache"));
            Assert.That(Directory.EnumerateFileSystemEntries(_scratch.Path), Is.Empty);
            Assert.That((int)(await Tool.RunAsync("inspect", $"type=local,src={_scratch["none"]}")).ExitCode, Is.EqualTo(3));
        }
    }

    [Test]
    public async Task A_damaged_source_is_exit_code_1_and_one_line()
    {
        var directory = FixtureLayout.Open("max-gzip").CopyTo(_scratch["damaged"]);
        await File.WriteAllTextAsync(Path.Combine(directory, "blobs", Layout.Config(directory).Replace(':', '/')), "{}");
        foreach (var args in new[] { new[] { "inspect", $"type=local,src={directory}" }, ["copy", "--from", $"type=local,src={directory}", "--to", $"type=local,dest={_scratch["target"]}"] })
        {
            var tool = await Tool.RunAsync(args);
            using (Assert.EnterMultipleScope())
            {
                Assert.That((int)tool.ExitCode, Is.EqualTo(1));
                Assert.That(Lines(tool.Error), Has.Length.EqualTo(1).And.All.Match("RC\\d{4} \\(source\\)"));
                Assert.That(tool.Output, Is.Empty);
                Assert.That(Directory.Exists(_scratch["target"]), Is.False);
            }
        }
    }

    [Test]
    public async Task A_layer_that_is_missing_fails_the_copy_and_leaves_the_tag()
    {
        var directory = FixtureLayout.Open("max-gzip").CopyTo(_scratch["damaged"]);
        await Tool.CopyAsync($"type=local,src={FixtureLayout.Open("link-max").Directory}", $"type=local,dest={_scratch["target"]},mode=max");
        var before = Layout.Tags(_scratch["target"]);
        File.Delete(Path.Combine(directory, "blobs", ((string)Layout.Layers(Layout.Manifest(directory))[^1]["digest"]!).Replace(':', '/')));
        var tool = await Tool.RunAsync("copy", "--from", $"type=local,src={directory}", "--to", $"type=local,dest={_scratch["target"]},mode=max");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)tool.ExitCode, Is.EqualTo(1));
            Assert.That(Lines(tool.Error), Has.Length.EqualTo(1).And.All.Contains("(source)"));
            Assert.That(Layout.Tags(_scratch["target"]), Is.EquivalentTo(before));
        }

        Layout.AssertComplete(_scratch["target"], "latest");
        Assert.That(
            (int)(await Tool.RunAsync("copy", "--from", $"type=local,src={directory}", "--to", $"type=local,dest={_scratch["target"]},mode=max,ignore-error=true")).ExitCode,
            Is.Zero);
    }

    [TestCase("type=registry,ref=a,mod=max", "did you mean 'mode'")]
    [TestCase("type=local,dest=x,compression=gzpi", "did you mean 'gzip'")]
    [TestCase("type=local,dest=x,compression-level=10", "0 to 9")]
    [TestCase("type=local", "dest")]
    [TestCase("type=inline", "inline")]
    [TestCase("type=registry,ref=FOO", "lower-case")]
    public async Task A_wrong_target_is_exit_code_2_and_one_line(string target, string message)
    {
        var tool = await Tool.RunAsync("copy", "--from", MaxGzip, "--to", target);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)tool.ExitCode, Is.EqualTo(2));
            Assert.That(Lines(tool.Error), Has.Length.EqualTo(1));
            Assert.That(tool.Error, Does.Contain(message).IgnoreCase);
            Assert.That(tool.Output, Is.Empty);
        }
    }

    [Test]
    public async Task A_large_cache_is_folded_unless_all_of_it_is_wanted()
    {
        await BigCache.WriteAsync(_scratch["large"], layers: 101, layerBytes: 10);
        var source = $"type=local,src={_scratch["large"]}";
        var folded = (await Tool.RunAsync("inspect", source)).Output;
        var whole = (await Tool.RunAsync("inspect", source, "--all")).Output;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(folded, Does.Contain("└─ 81 more layers; --all shows them").And.Contain("└─ 101 more records; --all shows them"));
            Assert.That(folded.Split('\n'), Has.Exactly(1).Matches<string>(line => line.StartsWith("├─ R", StringComparison.Ordinal)), "the last step");
            Assert.That(whole.Split('\n'), Has.Exactly(102).Contains("─ R").And.Exactly(101).Contains("─ L"));
            Assert.That(whole, Does.Not.Contain("--all"));
        }
    }

    [TestCase]
    [TestCase("frobnicate")]
    [TestCase("inspect")]
    [TestCase("inspect", "a", "b")]
    [TestCase("inspect", "a", "--format", "xml")]
    [TestCase("inspect", "a", "--nope")]
    [TestCase("inspect", "type=local")]
    [TestCase("copy")]
    [TestCase("copy", "--from")]
    [TestCase("copy", "--from", "a")]
    [TestCase("copy", "--to", "a")]
    [TestCase("copy", "--from", "a", "--to", "b", "c")]
    [TestCase("inspect", "a/b", "--min-rate", "fast")]
    [TestCase("inspect", "a/b", "--min-rate", "2GiB")]
    [TestCase("save", "--key", "k", "--to", "type=local,dest=x", "--min-rate-window", "0")]
    [TestCase("copy", "--from", "a", "--to", "b", "--oversize", "maybe")]
    public async Task Wrong_usage_is_exit_code_2_and_says_so_on_standard_error(params string[] args)
    {
        var tool = await Tool.RunAsync(args);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)tool.ExitCode, Is.EqualTo(2));
            Assert.That(tool.Error, Is.Not.Empty);
            Assert.That(tool.Output, Is.Empty);
        }
    }

    [TestCase("--help")]
    [TestCase("copy", "--help")]
    [TestCase("inspect", "-h")]
    [TestCase("--version")]
    public async Task Help_goes_to_standard_output_and_is_no_failure(params string[] args)
    {
        var tool = await Tool.RunAsync(args);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tool.ExitCode, Is.EqualTo(ExitCode.Done));
            Assert.That(tool.Output, Is.Not.Empty);
            Assert.That(tool.Error, Is.Empty);
        }
    }

    [Test]
    public async Task Progress_is_for_terminals_only()
    {
        var redirected = await Tool.RunAsync("copy", "--from", MaxGzip, "--to", $"type=local,dest={_scratch["a"]},mode=max");
        var terminal = await Tool.RunAsync(showsProgress: true, "copy", "--from", MaxGzip, "--to", $"type=local,dest={_scratch["b"]},mode=max");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(redirected.Error, Is.Empty);
            Assert.That(terminal.Error, Does.Contain("\r").And.Contain("sent"));
            Assert.That(terminal.Output, Does.Not.Contain("\u001b"));
        }
    }

    [Test]
    public async Task Details_come_with_verbose()
    {
        var directory = FixtureLayout.Open("min-gzip").CopyTo(_scratch["damaged"]);
        File.Delete(Path.Combine(directory, "blobs", ((string)Layout.Layers(Layout.Manifest(directory))[0]["digest"]!).Replace(':', '/')));
        string[] copy = ["copy", "--from", $"type=local,src={directory}", "--to", $"type=local,dest={_scratch["target"]}"];
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await Tool.RunAsync(copy)).Error, Does.Not.Contain("   at "));
            Assert.That((await Tool.RunAsync([.. copy, "--verbose"])).Error, Does.Contain("   at "));
        }
    }

    private static IEnumerable<string> AllFixtures() => [.. FixtureLayout.CacheNames, .. FixtureLayout.InlineNames];

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Members(JsonElement element) => [.. element.EnumerateObject().Select(m => m.Name)];
}
