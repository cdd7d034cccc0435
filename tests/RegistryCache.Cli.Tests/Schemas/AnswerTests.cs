using System.Text;
using System.Text.Json;
using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests.Schemas;

/// <summary>Every command answers with <c>--format json</c> as its schema in docs/schemas says.</summary>
internal sealed class AnswerTests
{
    private static readonly string MaxGzip = Fixture("max-gzip");

    private static readonly IReadOnlyDictionary<string, Func<AnswerTests, Task>> Runs = new Dictionary<string, Func<AnswerTests, Task>>
    {
        ["inspect"] = t => t.InspectAsync(),
        ["ls"] = t => t.ListAsync(),
        ["copy"] = t => t.CopyAsync(),
        ["cat"] = t => t.CatAsync(),
        ["save"] = t => t.SaveAsync("k", "content"),
        ["restore"] = t => t.RestoreAsync(),
        ["prune"] = t => t.PruneAsync(),
        ["rm"] = t => t.RemoveAsync(),
        ["verify"] = t => t.VerifyAsync(),
        ["heal"] = t => t.HealAsync(),
        ["diff"] = t => t.DiffAsync(),
        ["stats"] = t => t.StatsAsync(),
        ["graph"] = t => t.AskAsync("graph", MaxGzip, "-o", t._scratch["x.svg"]),
        ["explain"] = t => t.ExplainAsync(),
        ["completion"] = t => t.AskAsync("completion", "zsh"),
    };

    private static readonly string[] Commands = [.. new ToolRoot().Subcommands.Select(c => c.Name)];
    private readonly Dictionary<string, JsonSchema> _schemas = [];
    private ScratchDirectory _scratch = null!;

    [SetUp]
    public void Create()
    {
        _scratch = new ScratchDirectory();
        _schemas.Clear();
    }

    [TearDown]
    public void Remove() => _scratch.Dispose();

    [TestCaseSource(nameof(Commands))]
    public async Task Every_answer_of_a_command_has_the_form_of_its_schema_and_every_property_has_an_example(string command)
    {
        Assert.That(Runs.Keys, Does.Contain(command), "the test has no example of it");

        await Runs[command](this);

        Assert.That(_schemas, Does.ContainKey(command));
        Assert.That(_schemas[command].Unseen(), Is.Empty);
    }

    [TestCaseSource(nameof(Commands))]
    public void The_section_of_a_command_links_its_schema(string command) =>
        Assert.That(DocumentedCommands.Section(DocumentedCommands.CommandLine, $"`{command}`"), Does.Contain($"](schemas/{command}.json)"));

    private string Cache => $"type=local,src={_scratch["cache"]}";

    private async Task InspectAsync()
    {
        foreach (var name in FixtureLayout.CacheNames.Concat(FixtureLayout.InlineNames))
            await AskAsync("inspect", Fixture(name));
        await AskAsync("inspect", Fixture("cases/m08-sparse-index"));
        await Tool.CopyAsync(MaxGzip, $"type=local,dest={_scratch["cache"]},mode=max", "--from", Fixture("branch-zz"));
        await AskAsync("inspect", Cache);
        await LayerSwap.SaveAsync(
            _scratch["swapped"], new Fixtures.Tars.RawTar().File("a").End(), "application/vnd.oci.image.layer.v1.tar", ("containerd.io/uncompressed", "no digest"));
        await AskAsync("inspect", $"type=local,src={_scratch["swapped"]}");
    }

    private async Task ListAsync()
    {
        await SaveAsync("k", "content");
        await AskAsync("ls", Cache);
        await AskAsync("ls", Cache + ",tag=latest");
        await Tool.CopyAsync(MaxGzip, $"type=local,dest={_scratch["cache"]},tag=broken");
        File.Delete(BlobPath(Layout.Tags(_scratch["cache"])["broken"]));
        await AskAsync("ls", Cache);
        await AskAsync(ExitCode.Miss, "ls", $"type=local,src={_scratch["none"]}");
        await AskAsync("ls", Fixture("max-estargz"), "/");
    }

    private async Task CopyAsync()
    {
        await File.WriteAllTextAsync(_scratch["file"], "no directory");
        await AskAsync(
            ExitCode.Failed, "copy", "--from", MaxGzip, "--from", $"type=local,src={_scratch["none"]}", "--from", Fixture("cases/m08-sparse-index"),
            "--to", $"type=local,dest={_scratch["file"]}", "--to", $"type=local,dest={_scratch["a"]},compression=zstd,force-compression=true");
    }

    private async Task CatAsync()
    {
        string[] args = ["cat", Fixture("max-estargz"), "app/done", "--layer", "153032593d31"];
        var plain = await Tool.RunAsync(args);

        var answer = await AskAsync(args);

        Assert.That(Encoding.UTF8.GetString(answer.GetProperty("content").GetBytesFromBase64()), Is.EqualTo(plain.Output).And.Not.Empty);
        Assert.That((answer.GetProperty("path").GetString(), answer.GetProperty("size").GetInt64()), Is.EqualTo(("/app/done", plain.Output.Length)));
        Assert.That(answer.GetProperty("layers")[0].GetString(), Does.StartWith("sha256:153032593d31"));
    }

    private async Task RestoreAsync()
    {
        await SaveAsync("k", "content");
        await AskAsync("restore", "--key", "k", "--from", Cache, "--into", _scratch["into"]);
        await AskAsync("restore", "--key", "k2", "--fallback", "k", "--from", Cache, "--into", _scratch["into"]);
        await AskAsync(ExitCode.Miss, "restore", "--key", "other", "--from", Cache, "--into", _scratch["into"]);
        foreach (var layer in Layout.Layers(Layout.Manifest(_scratch["cache"])))
            File.Delete(BlobPath((string)layer["digest"]!));
        await AskAsync(ExitCode.NotUsable, "restore", "--key", "k", "--from", Cache, "--into", _scratch["other"]);
    }

    private async Task PruneAsync()
    {
        FixtureLayout.Open("inline-image").CopyTo(_scratch["cache"]);
        await SaveAsync("k-1", "content", tag: "ci");
        await SaveAsync("k-2", "other", tag: "ci");
        await AskAsync("prune", Cache, "--key", "k-1", "--dry-run");
        await AskAsync("prune", Cache, "--key", "k-1");
        await AskAsync("prune", Cache, "--key", "k-*");
    }

    private async Task RemoveAsync()
    {
        FixtureLayout.Open("inline-image").CopyTo(_scratch["cache"]);
        await SaveAsync("k-1", "content", tag: "ci");
        await SaveAsync("k-2", "other", tag: "ci");
        await AskAsync("rm", Cache + ",tag=ci", "--key", "k-1");
        await AskAsync("rm", Cache + ",tag=ci", "--dry-run");
        await AskAsync("prune", Cache, "--key", "k-*", "--dry-run");
        _schemas["rm"] = _schemas["prune"];
    }

    private async Task VerifyAsync()
    {
        await AskAsync("verify", MaxGzip, "--thorough");
        await AskAsync(ExitCode.Miss, "verify", $"type=local,src={_scratch["none"]}");
        await AskAsync("verify", Fixture("cases/m08-sparse-index"));
        await SaveAsync("k", "content");
        Lose();
        await AskAsync(ExitCode.NotUsable, "verify", Cache);
        File.Delete(BlobPath(Layout.Config(_scratch["cache"])));
        await AskAsync(ExitCode.NotUsable, "verify", Cache);
    }

    private async Task HealAsync()
    {
        await AskAsync("heal", Fixture("cases/m08-sparse-index"), "--dry-run");
        FixtureLayout.Open("max-gzip").CopyTo(_scratch["cache"]);
        await AskAsync("heal", Cache);
        Lose();
        await AskAsync("heal", Cache, "--from", MaxGzip, "--dry-run");
        await AskAsync("heal", Cache, "--from", MaxGzip);
        Lose();
        await AskAsync("heal", Cache);
        File.Delete(BlobPath(Layout.Config(_scratch["cache"])));
        await AskAsync(ExitCode.Failed, "heal", Cache);
        await AskAsync(ExitCode.Miss, "heal", $"type=local,src={_scratch["none"]}");
    }

    private async Task DiffAsync()
    {
        await SaveAsync("k", "content");
        await SaveAsync("k", "other", place: "second");
        await AskAsync("diff", Cache, $"type=local,src={_scratch["second"]}", "--files");
        await AskAsync("diff", MaxGzip, MaxGzip);
        await AskAsync("diff", Fixture("branch-thirteen"), Fixture("branch-zz"));
    }

    private async Task StatsAsync()
    {
        await AskAsync("stats", MaxGzip, "--try", "zstd");
        await AskAsync("stats", Fixture("inline-image"));
    }

    private async Task ExplainAsync()
    {
        var parted = FixtureLayout.Open("parted").Directory;
        foreach (var after in (string[])["file", "argument", "base"])
            await AskAsync("explain", $"type=local,src={parted},tag=before", $"type=local,src={parted},tag={after}");
        await AskAsync("explain", MaxGzip, Fixture("min-gzip"));
    }

    private Task<JsonElement> AskAsync(params string[] args) => AskAsync(ExitCode.Done, args);

    /// <summary>Runs a command, whose answer must have the form of its schema.</summary>
    private async Task<JsonElement> AskAsync(ExitCode expected, params string[] args)
    {
        var tool = await Tool.RunAsync([.. args, "--format", "json"]);
        Assert.That(tool.ExitCode, Is.EqualTo(expected), tool.Error);
        using var json = JsonDocument.Parse(tool.Output);
        if (!_schemas.TryGetValue(args[0], out var schema))
            _schemas[args[0]] = schema = new JsonSchema(args[0]);
        Assert.That(schema.Check(json.RootElement), Is.Empty, string.Join(' ', args));
        return json.RootElement.Clone();
    }

    private async Task SaveAsync(string key, string content, string tag = "latest", string place = "cache")
    {
        Directory.CreateDirectory(_scratch["in"]);
        await File.WriteAllTextAsync(_scratch["in/file"], content);
        await AskAsync("save", "--key", key, "--path", _scratch["in"], "--to", $"type=local,dest={_scratch[place]},tag={tag}");
    }

    /// <summary>Deletes the file of the top layer.</summary>
    private void Lose() => File.Delete(BlobPath((string)Layout.Layers(Layout.Manifest(_scratch["cache"]))[^1]["digest"]!));

    private string BlobPath(string digest) => Path.Combine(_scratch["cache"], "blobs", digest.Replace(':', Path.DirectorySeparatorChar));

    private static string Fixture(string name) => $"type=local,src={FixtureLayout.Open(name).Directory}";
}
