using System.Text.Json;
using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests;

/// <summary>The commands that verify, heal, compare and measure a cache.</summary>
internal sealed class CareCommandTests
{
    private ScratchDirectory _scratch = null!;
    private string _source = null!;

    [SetUp]
    public void Copy()
    {
        _scratch = new ScratchDirectory();
        _source = $"type=local,src={FixtureLayout.Open("max-gzip").CopyTo(_scratch["cache"])}";
    }

    [TearDown]
    public void Remove() => _scratch.Dispose();

    private string Folders(string layout) => $"type=local,src={_scratch[layout]}";

    private async Task SaveAsync(string key, string layout, string content = "content")
    {
        Directory.CreateDirectory(_scratch["in"]);
        await File.WriteAllTextAsync(_scratch["in/file"], content);
        await Tool.RunAsync("save", "--path", _scratch["in"], "--key", key, "--to", $"type=local,dest={_scratch[layout]}");
    }

    private static string Fixture(string name) => $"type=local,src={FixtureLayout.Open(name).Directory}";

    [Test]
    public async Task A_sound_cache_ends_with_0_and_a_damaged_one_with_4()
    {
        Assert.That((await Tool.JsonAsync("verify", _source, "--thorough")).GetProperty("outcome").GetString(), Is.EqualTo("sound"));
        var layer = await LoseAsync();

        var text = await Tool.RunAsync("verify", _source);
        var json = await Tool.RunAsync("verify", _source, "--format", "json");

        Assert.That((int)text.ExitCode, Is.EqualTo(4));
        Assert.That(text.Output, Does.Contain($"missing: layer {layer}").And.Contain("needed by").And.Contain("1 damaged layer"));
        Assert.That((int)json.ExitCode, Is.EqualTo(4));
        var damage = Root(json.Output).GetProperty("damages").EnumerateArray().Single();
        Assert.That(damage.GetProperty("digest").GetString(), Is.EqualTo(layer));
        Assert.That(damage.GetProperty("damage").GetString(), Is.EqualTo("missing"));
        Assert.That(damage.GetProperty("records").GetArrayLength(), Is.Positive);
    }

    [Test]
    public async Task A_dry_run_of_heal_changes_nothing_and_a_healing_makes_the_cache_sound()
    {
        await LoseAsync();
        var before = Layout.Snapshot(_scratch["cache"]);

        var planned = await Tool.JsonAsync("heal", _source, "--from", Fixture("max-gzip"), "--dry-run");

        Assert.That(planned.GetProperty("outcome").GetString(), Is.EqualTo("planned"));
        Assert.That(Layout.Snapshot(_scratch["cache"]), Is.EqualTo(before));
        var healed = await Tool.JsonAsync("heal", _source, "--from", Fixture("max-gzip"));
        Assert.That(healed.GetProperty("putBack").GetArrayLength(), Is.EqualTo(1));
        Assert.That(healed.GetProperty("moved").GetBoolean(), Is.False);
        Assert.That((int)(await Tool.RunAsync("verify", _source, "--thorough")).ExitCode, Is.Zero);
        await LoseAsync();
        var text = await Tool.RunAsync("heal", _source);
        Assert.That(text.Output, Does.Contain("removed ").And.Contain("healed; the tag points to"));
        Assert.That((int)(await Tool.RunAsync("verify", _source, "--thorough")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task What_cannot_be_healed_ends_with_1()
    {
        File.Delete(Path.Combine(_scratch["cache"], "blobs", Layout.Config(_scratch["cache"]).Replace(':', Path.DirectorySeparatorChar)));

        var tool = await Tool.RunAsync("heal", _source);

        Assert.That(((int)tool.ExitCode, tool.Error), Is.EqualTo((1, tool.Error)));
        Assert.That(tool.Error, Does.Contain("error RC0701: ").And.Contain("export it again"));
    }

    [Test]
    public async Task A_dry_run_of_heal_fails_where_the_healing_would()
    {
        Directory.Delete(_scratch["cache"], recursive: true);
        await SaveAsync("key", "cache");
        var layers = (await Tool.JsonAsync("verify", _source)).GetProperty("layers").GetInt32();
        foreach (var layer in Layout.Layers(Layout.Manifest(_scratch["cache"])).Take(layers))
            File.Delete(Path.Combine(_scratch["cache"], "blobs", ((string)layer["digest"]!).Replace(':', Path.DirectorySeparatorChar)));

        var planned = await Tool.RunAsync("heal", _source, "--dry-run", "--format", "json");
        var healed = await Tool.RunAsync("heal", _source, "--format", "json");

        Assert.That(((int)planned.ExitCode, (int)healed.ExitCode), Is.EqualTo((1, 1)));
        Assert.That(Root(planned.Output).GetProperty("error").GetString(), Is.EqualTo(Root(healed.Output).GetProperty("error").GetString())
            .And.StartsWith("error RC0701: Nothing would be left"));
    }

    [Test]
    public async Task A_layer_that_is_lost_or_damaged_names_its_repair([Values] bool isLost)
    {
        await SaveAsync("key", "folders");
        foreach (var layer in Layout.Layers(Layout.Manifest(_scratch["folders"])))
        {
            var path = Path.Combine(_scratch["folders"], "blobs", ((string)layer["digest"]!).Replace(':', Path.DirectorySeparatorChar));
            var size = new FileInfo(path).Length;
            File.Delete(path);
            if (!isLost)
                await File.WriteAllBytesAsync(path, new byte[size]);
        }

        var restore = await Tool.RunAsync("restore", "--from", Folders("folders"), "--key", "key", "--into", _scratch["out"]);

        Assert.That((int)restore.ExitCode, Is.EqualTo(4));
        Assert.That(restore.Error, Does.Contain($"See 'registry-cache heal{(isLost ? "" : " --thorough")}'."));
    }

    [Test]
    public async Task Diff_and_explain_name_the_keys_of_folders()
    {
        await SaveAsync("deps-1", "folders");
        await Tool.CopyAsync(Folders("folders"), $"type=local,dest={_scratch["copy"]},mode=max");
        await SaveAsync("deps-2", "folders", content: "other");

        var text = await Tool.RunAsync("diff", Folders("copy"), Folders("folders"));
        var json = await Tool.JsonAsync("diff", Folders("copy"), Folders("folders"));
        var explained = await Tool.RunAsync("explain", Folders("copy"), Folders("folders"));
        var step = (await Tool.JsonAsync("explain", Folders("copy"), Folders("folders"))).GetProperty("steps")[0];

        Assert.That(text.Output, Does.Contain("+ key deps-2 ("));
        Assert.That(json.GetProperty("records").GetProperty("onlyRight")[0].GetProperty("key").GetString(), Is.EqualTo("deps-2"));
        Assert.That(json.GetProperty("records").GetProperty("both").EnumerateArray().Select(r => r.GetProperty("key").GetString()),
            Does.Contain("deps-1"));
        Assert.That(explained.Output, Does.Contain("key deps-2"));
        Assert.That(step.GetProperty("after").GetProperty("key").GetString(), Is.EqualTo("deps-2"));
    }

    [Test]
    public async Task Diff_names_what_differs()
    {
        var same = await Tool.JsonAsync("diff", _source, Fixture("max-gzip"));
        var other = await Tool.JsonAsync("diff", Fixture("branch-thirteen"), Fixture("branch-zz"), "--files");
        var text = await Tool.RunAsync("diff", Fixture("branch-thirteen"), Fixture("branch-zz"), "--files");

        Assert.That(same.GetProperty("same").GetBoolean());
        Assert.That(other.GetProperty("same").GetBoolean(), Is.False);
        Assert.That(other.GetProperty("records").GetProperty("onlyLeft").GetArrayLength(), Is.Positive);
        Assert.That(text.Output, Does.Contain("- sha256:").And.Contain("+ sha256:").And.Contain("records: ").And.Contain("layers: "));
        Assert.That((int)text.ExitCode, Is.Zero);
    }

    [Test]
    public async Task Stats_say_what_is_exact_and_what_is_an_estimate()
    {
        var json = await Tool.JsonAsync("stats", _source, "--try", "zstd");
        var sample = await Tool.RunAsync("stats", _source, "--read", "20", "--try", "zstd", "--seed", "1");

        Assert.That(json.GetProperty("saves").GetProperty("compression").GetProperty("exact").GetBoolean());
        Assert.That(json.GetProperty("byStage").EnumerateArray().Sum(s => s.GetProperty("bytes").GetInt64()),
            Is.EqualTo(json.GetProperty("layers").GetProperty("bytes").GetInt64()));
        Assert.That(sample.Output, Does.Contain("estimate from a sample").And.Contain("mode=min").And.Contain("by age"));
    }

    [TestCase("verify", "--sample", "0")]
    [TestCase("verify", "--sample", "101")]
    [TestCase("verify", "--sample", "10", "--thorough")]
    [TestCase("heal", "--seed", "x")]
    [TestCase("stats", "--read", "-1")]
    [TestCase("stats", "--try", "No Such")]
    [TestCase("stats", "--old", "0")]
    [TestCase("diff")]
    public async Task Wrong_input_ends_with_2(string command, params string[] options) =>
        Assert.That((int)(await Tool.RunAsync([command, _source, .. options])).ExitCode, Is.EqualTo(2));

    [TestCase("verify")]
    [TestCase("heal")]
    [TestCase("stats")]
    public async Task Where_there_is_no_cache_the_exit_code_is_3(string command) =>
        Assert.That((int)(await Tool.RunAsync(command, $"type=local,src={_scratch["none"]}")).ExitCode, Is.EqualTo(3));

    [Test]
    public async Task Diff_without_a_cache_ends_with_3() =>
        Assert.That((int)(await Tool.RunAsync("diff", _source, $"type=local,src={_scratch["none"]}")).ExitCode, Is.EqualTo(3));

    /// <summary>Deletes the file of the first layer, and returns its digest.</summary>
    private async Task<string> LoseAsync()
    {
        var layer = (await Tool.JsonAsync("inspect", _source)).GetProperty("layers").EnumerateArray()
            .Select(l => l.GetProperty("digest").GetString()!).Order(StringComparer.Ordinal).First();
        var file = Path.Combine(_scratch["cache"], "blobs", layer.Replace(':', Path.DirectorySeparatorChar));
        File.SetAttributes(file, FileAttributes.Normal);
        File.Delete(file);
        return layer;
    }

    private static JsonElement Root(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
