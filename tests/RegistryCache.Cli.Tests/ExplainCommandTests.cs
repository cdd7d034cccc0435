using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests;

/// <summary>What <c>explain</c> says about caches that Docker wrote.</summary>
internal sealed class ExplainCommandTests
{
    private static readonly string Parted = FixtureLayout.Open("parted").Directory;

    [TestCase("file", "which wrote /job/a", "the content of its input 1 differs", "changed  /job/a, 4 B → 12 B")]
    [TestCase("argument", "which wrote /job/said", "its operation differs", "1 later step")]
    [TestCase("base", "which wrote /bin/step", "its base image differs (input 0)", "before  image of 1 layer, the last sha256:")]
    public async Task The_step_and_the_input_are_named(string tag, params string[] said)
    {
        var tool = await Tool.RunAsync("explain", Of("before"), Of(tag));

        Assert.That((tool.ExitCode, tool.Error), Is.EqualTo((ExitCode.Done, "")));
        Assert.That(tool.Output, Does.StartWith("the builds part at 1 step; "));
        foreach (var text in said)
            Assert.That(tool.Output, Does.Contain(text));
    }

    [Test]
    public async Task Json_has_exactly_the_members_of_the_document()
    {
        var json = await Tool.JsonAsync("explain", Of("before"), Of("file"));
        var documented = DocumentedCommands.Rows(DocumentedCommands.CommandLine, "`explain`").Where(row => row.Length == 2).ToList();
        var (step, input) = (json.GetProperty("steps")[0], json.GetProperty("steps")[0].GetProperty("inputs")[0]);

        Assert.That(Names(documented[..3].Select(r => r[0])), Is.EqualTo(json.EnumerateObject().Select(m => m.Name)));
        Assert.That(Names(documented[3..^1].Select(r => r[0])), Is.EqualTo(step.EnumerateObject().Select(m => m.Name)));
        Assert.That(Names([documented[^1][1]]).Except(["record", "selector", "null"]), Is.EqualTo(input.EnumerateObject().Select(m => m.Name)));
        Assert.That((step.GetProperty("cause").GetString(), input.GetProperty("input").GetInt32()), Is.EqualTo(("content", 1)));
        Assert.That(step.GetProperty("files")[0].GetString(), Is.EqualTo("/job/a"));
    }

    [Test]
    public async Task Layers_are_read_only_up_to_a_size()
    {
        var tool = await Tool.RunAsync("explain", Of("before"), Of("file"), "--max-layer", "0");

        Assert.That((tool.ExitCode, tool.Error), Is.EqualTo((ExitCode.Done, "")));
        Assert.That(tool.Output, Does.Contain("the content of its input 1 differs").And.Not.Contain("/job/a"));
    }

    [Test]
    public async Task Equal_builds_do_not_part_and_a_missing_cache_is_named()
    {
        var same = await Tool.RunAsync("explain", Of("before"), Of("before"));
        var miss = await Tool.RunAsync("explain", Of("before"), Of("nobody"));

        Assert.That((same.ExitCode, same.Output), Is.EqualTo((ExitCode.Done, $"the builds do not part: 9 records in both{Environment.NewLine}")));
        Assert.That((miss.ExitCode, miss.Output), Is.EqualTo((ExitCode.Miss, "")));
        Assert.That(miss.Error, Does.Contain("tag=nobody"));
    }

    private static string Of(string tag) => $"type=local,src={Parted},tag={tag}";

    private static IEnumerable<string> Names(IEnumerable<string> cells) =>
        cells.SelectMany(c => System.Text.RegularExpressions.Regex.Matches(c, "`([a-zA-Z]+)`").Select(m => m.Groups[1].Value));
}
