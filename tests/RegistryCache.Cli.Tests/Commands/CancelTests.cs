using System.Globalization;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Tars;
using RegistryCache.Testing;

namespace RegistryCache.Cli.Tests.Commands;

/// <summary>Ctrl-C in the middle of each command that works for long: the signal is sent to the real process while a registry keeps it
/// waiting at a known request.</summary>
[Category("Integration")]
[Platform("Linux", Reason = "signals, and GNU env")]
internal sealed class CancelTests
{
    private const string Repository = "acme/app";
    private static readonly string[] Short = ["completion"];
    private TestRegistry _registry = null!;
    private ScratchDirectory _scratch = null!;

    [OneTimeSetUp]
    public async Task Start() => _registry = await TestRegistry.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _registry.DisposeAsync();

    [SetUp]
    public async Task Prepare()
    {
        _registry.Reset();
        _scratch = new ScratchDirectory();
        await Tool.CopyAsync($"type=local,src={FixtureLayout.Open("max-gzip").Directory}", $"{Place("cache")},mode=max");
        Directory.CreateDirectory(_scratch["in"]);
        await File.WriteAllTextAsync(_scratch["in/file"], "content");
        var saved = await Tool.RunAsync("save", "--key", "k", "--path", _scratch["in"], "--to", Place("folders"));
        Assert.That(saved.ExitCode, Is.EqualTo(ExitCode.Done), saved.Error);
        Directory.Delete(_scratch["in"], recursive: true);
    }

    [TearDown]
    public void Remove() => _scratch.Dispose();

    private TestRepository Memory => _registry.Repository(Repository);

    /// <summary>Each command, the request at which it is stopped, and which of those requests it is.</summary>
    private static readonly TestCaseData[] Points =
    [
        At("inspect", "GET", RequestKind.Manifest),
        At("inspect", "GET", RequestKind.Blob),
        At("ls", "GET", RequestKind.Manifest),
        At("copy", "GET", RequestKind.Blob, 3),
        At("copy", "PUT", RequestKind.Manifest),
        At("cat", "GET", RequestKind.Blob, 2),
        At("save", "PUT", RequestKind.Manifest),
        At("restore", "GET", RequestKind.Blob, 3),
        At("prune", "PUT", RequestKind.Manifest),
        At("rm", "DELETE", RequestKind.Manifest),
        At("verify", "HEAD", RequestKind.Blob, 3),
        At("heal", "PUT", RequestKind.Manifest),
        At("diff", "GET", RequestKind.Blob, 2),
        At("stats", "GET", RequestKind.Blob, 4),
        At("graph", "GET", RequestKind.Blob),
        At("explain", "GET", RequestKind.Blob, 2),
    ];

    [Test]
    public void Every_command_that_works_for_long_is_stopped_here() =>
        Assert.That(Points.Select(p => p.Arguments[0]).Distinct(), Is.EquivalentTo(Examples.Commands.Except(Short)));

    [TestCaseSource(nameof(Points))]
    public async Task Ctrl_C_ends_the_command_with_130_and_leaves_nothing_half_done(string command, string method, RequestKind kind, int occurrence)
    {
        var args = await ArgumentsAsync(command);
        var (tags, files) = (Memory.Tags.ToDictionary(), Layout.Snapshot(_scratch.Path));
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _registry.Faults.Add(method, kind, RegistryFault.Stall(() => met.TrySetResult()), occurrence, count: 1000);

        // The parent of the tests may ignore the signal, as nohup does, and child processes inherit that.
        using var tool = ToolProcess.StartUnder(["env", "--default-signal=INT"], args);
        var end = tool.EndAsync();
        if (await Task.WhenAny(met.Task, end) == end)
            Assert.Fail($"the command did not come to this request: {(await end).Text}");
        await OutsideTool.RunAsync("kill", ["-INT", tool.Id.ToString(CultureInfo.InvariantCulture)]);

        var (exitCode, text) = await end;
        using (Assert.EnterMultipleScope())
        {
            // On a busy machine a line about the progress comes before.
            Assert.That((exitCode, text.Trim().Split('\n')[^1]), Is.EqualTo((130, "cancelled")));
            Assert.That(text, Does.Not.Contain("error"));
            Assert.That(Memory.Tags, Is.EquivalentTo(tags), "a tag was moved");
            Assert.That(Layout.Snapshot(_scratch.Path), Is.EqualTo(files), "a file was written");
        }
    }

    private static TestCaseData At(string command, string method, RequestKind kind, int occurrence = 1) => new(command, method, kind, occurrence);

    private async Task<string[]> ArgumentsAsync(string command)
    {
        var source = Place(command is "restore" or "prune" or "rm" ? "folders" : "cache");
        var args = Examples.Of(command, source, _scratch.Path, Place("cache"));
        switch (command)
        {
            case "copy":
                // To another tag, in another compression: layers are read and sent.
                return Examples.Of(command, source, _scratch.Path, Place("copy") + ",compression=zstd,force-compression=true");
            case "cat":
                return ["cat", source, "bin/busybox"];
            case "save":
                await File.WriteAllTextAsync(_scratch["file"], "other content");
                return Examples.Of(command, source, _scratch.Path, Place("folders"));
            case "prune":
                var saved = await Tool.RunAsync("save", "--key", "k2", "--path", _scratch.Path, "--to", source);
                Assert.That(saved.ExitCode, Is.EqualTo(ExitCode.Done), saved.Error);
                return ["prune", source, "--key", "k"];
            case "heal":
                Memory.RemoveBlob((await Tool.JsonAsync("inspect", source)).GetProperty("layers")[0].GetProperty("digest").GetString()!);
                return args;
            case "stats":
                return [.. args, "--read", "100"];
            default:
                return args;
        }
    }

    private string Place(string tag) => $"type=registry,ref={_registry.Host}/{Repository}:{tag}";
}
