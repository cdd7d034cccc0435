using System.Text.Json;
using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests;

/// <summary>Caches united by the tool, and what it says and does with such a cache.</summary>
internal sealed class JoinedCopyTests
{
    private static readonly string Thirteen = $"type=local,src={FixtureLayout.Open("branch-thirteen").Directory}";
    private static readonly string Zz = $"type=local,src={FixtureLayout.Open("branch-zz").Directory}";
    private ScratchDirectory _scratch = null!;

    [SetUp]
    public void Create() => _scratch = new ScratchDirectory();

    [TearDown]
    public void Remove() => _scratch.Dispose();

    [Test]
    public async Task Two_sources_have_one_leaf_in_the_config()
    {
        await Tool.CopyAsync(Thirteen, $"type=local,dest={_scratch["both"]}", "--from", Zz);
        var (leaves, records) = Leaves(_scratch["both"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(leaves, Has.Count.EqualTo(1));
            Assert.That(leaves[0].TryGetProperty("layers", out _), Is.False, "no result");
            Assert.That(leaves[0].GetProperty("inputs").EnumerateArray().Select(i => i.GetArrayLength()), Is.EqualTo(new[] { 1, 1 }));
            Assert.That(records, Is.GreaterThan(10));
        }
    }

    [Test]
    public async Task A_merge_and_a_copy_of_several_sources_give_the_same_cache()
    {
        await Tool.CopyAsync(Thirteen, $"type=local,dest={_scratch["copied"]}", "--from", Zz);
        await Tool.CopyAsync(Zz, $"type=local,dest={_scratch["merged"]}");
        await Tool.CopyAsync(Thirteen, $"type=local,dest={_scratch["merged"]}", "--merge");
        await Tool.CopyAsync($"type=local,src={_scratch["merged"]}", $"type=local,dest={_scratch["third"]}", "--from", Zz);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Layout.Config(_scratch["merged"]), Is.EqualTo(Layout.Config(_scratch["copied"])));
            Assert.That(Layout.Config(_scratch["third"]), Is.EqualTo(Layout.Config(_scratch["copied"])), "a joined cache united again");
        }
    }

    [Test]
    public async Task A_copy_of_a_joined_cache_is_the_same_and_mode_min_keeps_its_targets()
    {
        await Tool.CopyAsync(Thirteen, $"type=local,dest={_scratch["both"]}", "--from", Zz);
        await Tool.CopyAsync($"type=local,src={_scratch["both"]}", $"type=local,dest={_scratch["copy"]}");
        await Tool.CopyAsync($"type=local,src={_scratch["both"]}", $"type=local,dest={_scratch["min"]},mode=min");
        await Tool.CopyAsync(Thirteen, $"type=local,dest={_scratch["direct"]},mode=min", "--from", Zz);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Layout.Tags(_scratch["copy"]), Is.EqualTo(Layout.Tags(_scratch["both"])));
            Assert.That(Layout.Config(_scratch["min"]), Is.EqualTo(Layout.Config(_scratch["direct"])));
            Assert.That(Layout.Layers(Layout.Manifest(_scratch["min"])), Is.Not.Empty);
        }
    }

    [Test]
    public async Task Inspect_names_the_joining_record_and_does_not_count_it()
    {
        await Tool.CopyAsync(Thirteen, $"type=local,dest={_scratch["both"]}", "--from", Zz);
        var source = $"type=local,src={_scratch["both"]}";
        var tree = await Tool.RunAsync("inspect", source);
        var json = await Tool.JsonAsync("inspect", source);
        var (_, records) = Leaves(_scratch["both"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tree.Output.Split('\n').Count(l => l.EndsWith("joining record", StringComparison.Ordinal)), Is.EqualTo(1));
            Assert.That(tree.Output, Does.Contain($"{records - 1} records"));
            Assert.That(json.GetProperty("records").EnumerateArray().Count(r => r.TryGetProperty("joining", out var joining) && joining.GetBoolean()), Is.EqualTo(1));
            Assert.That(json.GetProperty("totals").GetProperty("records").GetInt32(), Is.EqualTo(records - 1));
        }
    }

    [Test]
    public async Task A_copy_without_mode_keeps_every_result_and_says_so()
    {
        var source = $"type=local,src={FixtureLayout.Open("max-gzip").Directory}";
        var plain = await Tool.RunAsync("copy", "--from", source, "--to", $"type=local,dest={_scratch["plain"]}");
        var min = await Tool.RunAsync("copy", "--from", source, "--to", $"type=local,dest={_scratch["min"]},mode=min");
        var json = await Tool.JsonAsync("copy", "--from", source, "--to", $"type=local,dest={_scratch["plain"]}", "--to", $"type=local,dest={_scratch["min"]},mode=min");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Layout.Tags(_scratch["plain"])["latest"], Is.EqualTo(FixtureLayout.Open("max-gzip").DigestOf()));
            Assert.That(Layout.Config(_scratch["min"]), Is.EqualTo(Layout.Config(FixtureLayout.Open("min-gzip").Directory)));
            Assert.That(plain.Output, Does.Match("mode=max: all [0-9]+ results kept"));
            Assert.That(min.Output, Does.Match("mode=min: [0-9]+ results kept, [1-9][0-9]* skipped"));
            Assert.That(json.GetProperty("targets").EnumerateArray().Select(t => t.GetProperty("mode").GetString()), Is.EqualTo(new[] { "max", "min" }));
            Assert.That(json.GetProperty("targets").EnumerateArray().Select(t => t.GetProperty("resultsSkipped").GetInt32() > 0), Is.EqualTo(new[] { false, true }));
        }
    }

    [TestCase("link-parent-min", "")]
    [TestCase("link-parent-min", ",mode=min")]
    [TestCase("link-parent-max", ",mode=min")]
    public async Task Linked_steps_keep_their_results(string from, string mode)
    {
        await Tool.CopyAsync($"type=local,src={FixtureLayout.Open(from).Directory}", $"type=local,dest={_scratch["copy"]}{mode}");
        Assert.That(Layout.Config(_scratch["copy"]), Is.EqualTo(Layout.Config(FixtureLayout.Open("link-parent-min").Directory)));
    }

    /// <summary>The records with inputs that nothing links to, read without the library, and the number of all records.</summary>
    private static (List<JsonElement> Leaves, int Records) Leaves(string directory)
    {
        using var config = JsonDocument.Parse(Layout.Read(directory, Layout.Config(directory)));
        var records = config.RootElement.GetProperty("records").Clone().EnumerateArray().ToList();
        var linked = records.Where(r => r.TryGetProperty("inputs", out _))
            .SelectMany(r => r.GetProperty("inputs").EnumerateArray().SelectMany(i => i.EnumerateArray()))
            .Select(l => l.GetProperty("link").GetInt32()).ToHashSet();
        return ([.. records.Where((r, i) => !linked.Contains(i) && r.TryGetProperty("inputs", out _))], records.Count);
    }
}
