using System.Diagnostics;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Servers;

namespace RegistryCache.Cli.Tests;

/// <summary>Real processes, killed in the middle of a copy: a tag is absent, old or complete, and never anything else.</summary>
[Category("Integration")]
[Category("Slow")]
[NonParallelizable]
internal sealed class CrashTests
{
    private const int Kills = 8;
    private static readonly string Old = $"type=local,src={FixtureLayout.Open("min-gzip").Directory}";
    private readonly HttpClient _http = new();
    private ScratchDirectory _scratch = null!;

    private string Big => $"type=local,src={_scratch["big"]}";

    [OneTimeSetUp]
    public async Task Write()
    {
        _scratch = new ScratchDirectory();
        await BigCache.WriteAsync(_scratch["big"], layers: 30, layerBytes: 2 << 20);
    }

    [OneTimeTearDown]
    public void Remove()
    {
        _http.Dispose();
        _scratch.Dispose();
    }

    [Test]
    public async Task A_directory_is_never_left_with_an_incomplete_tag()
    {
        var killed = await KillManyAsync(async (round, run) =>
        {
            var target = _scratch[$"target{round}"];
            var hadOld = round % 2 == 0;
            if (hadOld)
                await Tool.CopyAsync(Old, $"type=local,dest={target}");
            var wasKilled = await run($"type=local,dest={target},mode=max");
            var tags = Layout.Tags(target);
            if (hadOld)
                Assert.That(tags.Keys, Is.EqualTo(new[] { "latest" }));
            foreach (var tag in tags.Keys)
                Layout.AssertComplete(target, tag);
            var isNew = tags.TryGetValue("latest", out var digest) && digest == Layout.Tags(_scratch["big"])["latest"];
            if (!isNew)
                Assert.That(digest, Is.EqualTo(hadOld ? FixtureLayout.Open("min-gzip").DigestOf() : null));
            if (round % 7 == 0)
            {
                // Leftovers of a killed process must not disturb the next one.
                await Tool.CopyAsync(Big, $"type=local,dest={target},mode=max");
                Layout.AssertComplete(target, "latest");
            }

            // A process that is killed early has not created the directory yet.
            if (Directory.Exists(target))
                Directory.Delete(target, recursive: true);
            return (wasKilled, isNew);
        });
        Assert.That(killed, Is.GreaterThan(Kills / 4), "hardly any process was still at work when it was killed");
    }

    [Test]
    public async Task A_registry_is_never_left_with_an_incomplete_tag()
    {
        await using var server = await RegistryServer.StartAsync();
        var bigDigest = Layout.Tags(_scratch["big"])["latest"];
        var killed = await KillManyAsync(async (round, run) =>
        {
            var remote = new RemoteTag(_http, server, $"crash{round}");
            var hadOld = round % 2 == 0;
            if (hadOld)
                await Tool.CopyAsync(Old, $"type=registry,ref={remote.Reference("t")}");
            var wasKilled = await run($"type=registry,ref={remote.Reference("t")},mode=max");
            var digest = await remote.DigestOfAsync("t");
            if (digest != bigDigest)
                Assert.That(digest, Is.EqualTo(hadOld ? FixtureLayout.Open("min-gzip").DigestOf() : null));
            if (digest is not null)
                Layout.AssertComplete(digest, remote.Read);
            return (wasKilled, digest == bigDigest);
        });
        Assert.That(killed, Is.GreaterThan(Kills / 4), "hardly any process was still at work when it was killed");
    }

    [Test]
    public async Task The_run_after_a_kill_leaves_nothing_of_the_dead_process()
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var temp = Directory.CreateDirectory(_scratch["temp"]).FullName;
        var target = _scratch["swept"];
        var folder = Directory.CreateDirectory(_scratch["folder"]).FullName;
        var environment = new Dictionary<string, string?> { ["TMPDIR"] = temp };
        string[] Save(int round)
        {
            // New content in each round, so that each has something to compress and to write.
            var content = new byte[16 << 20];
            random.NextBytes(content);
            File.WriteAllBytes(Path.Combine(folder, "file"), content);
            return ["save", "--key", $"key{round}", "--path", folder, "--to", $"type=local,dest={target}"];
        }

        var ingest = Path.Combine(target, "ingest");
        int Unfinished() => Directory.Exists(ingest) ? Directory.GetFileSystemEntries(ingest).Length : 0;
        for (var i = 0; i < 5; i++)
        {
            using var process = ToolProcess.Start(environment, Save(i));
            await process.KillAfterAsync(TimeSpan.FromMilliseconds(random.Next(150, 1500)));
        }

        // A kill that leaves no files proves nothing. One in the middle of a write leaves some, unless the write has just ended.
        var left = Unfinished();
        for (var i = 5; i < 60 && left == 0; i++)
        {
            using var process = ToolProcess.Start(environment, Save(i));
            await process.KillOnceAsync(() => Unfinished() > 0);
            left = Unfinished();
        }

        TestContext.Out.WriteLine($"after the kills {left} unfinished writes were seen");
        Assert.That(left, Is.GreaterThan(0), "no kill left anything, so nothing was shown");
        using (var last = ToolProcess.Start(environment, Save(100)))
            await last.SucceedAsync();
        Assert.That(Unfinished(), Is.Zero);
        Assert.That(Directory.GetFileSystemEntries(temp, "registry-cache-*"), Is.Empty);
        Layout.AssertComplete(target, "latest");
    }

    [Test]
    public async Task A_restore_that_was_killed_is_repaired_by_the_next_one_whatever_the_state_says()
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (folder, into) = (_scratch["many"], _scratch["many-restored"]);
        var place = $"type=local,dest={_scratch["many-saved"]}";
        for (var i = 0; i < 2000; i++)
        {
            Directory.CreateDirectory(Path.Combine(folder, $"d{i % 40}"));
            File.WriteAllText(Path.Combine(folder, $"d{i % 40}", $"f{i}"), $"content {i}");
        }

        var expected = new Dictionary<string, List<string>>();
        foreach (var key in (string[])["a", "b"])
        {
            await Tool.RunAsync("save", "--key", key, "--path", folder, "--to", place);
            expected[key] = Content(folder);
            foreach (var file in Directory.GetFiles(folder, "*7", SearchOption.AllDirectories))
                File.AppendAllText(file, "changed");
            Directory.Delete(Path.Combine(folder, "d3"), recursive: true);
            Directory.CreateDirectory(Path.Combine(folder, "d3"));
        }

        var killed = 0;
        for (var round = 0; round < 4; round++)
        {
            string[] restore =
            [
                "restore", "--key", round % 2 == 0 ? "a" : "b", "--from", $"type=local,src={_scratch["many-saved"]}", "--into", into,
                "--existing", "replace", "--state", _scratch["many-states"],
            ];
            using (var process = ToolProcess.Start(restore))
            {
                while (!process.HasExited && !(Directory.Exists(into) && Directory.GetDirectories(into, ".registry-cache-restore-*").Length > 0))
                    await Task.Yield();
                killed += await process.KillAfterAsync(TimeSpan.FromMilliseconds(random.Next(300))) ? 1 : 0;
            }

            using var next = ToolProcess.Start(restore);
            await next.SucceedAsync();
            Assert.That(Content(into), Is.EqualTo(expected[round % 2 == 0 ? "a" : "b"]), $"round {round}");
        }

        TestContext.Out.WriteLine($"{killed} of 4 were killed");

        static List<string> Content(string folder) => [.. Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => $"{Path.GetRelativePath(folder, path)} {(File.Exists(path) ? File.ReadAllText(path) : "")}")];
    }

    [Test]
    public async Task Two_processes_that_write_different_tags_at_once_both_succeed()
    {
        string[] names = ["max-gzip", "link-max"];
        for (var round = 0; round < 8; round++)
        {
            var target = _scratch["shared"];
            using var first = Start(names[0], target);
            using var second = Start(names[1], target);
            await Task.WhenAll(first.SucceedAsync(), second.SucceedAsync());
            Assert.That(Layout.Tags(target).Keys, Is.EquivalentTo(names), $"round {round}");
            foreach (var name in names)
            {
                Assert.That(Layout.Tags(target)[name], Is.EqualTo(FixtureLayout.Open(name).DigestOf()));
                Layout.AssertComplete(target, name);
            }

            Directory.Delete(target, recursive: true);
        }

        static ToolProcess Start(string name, string target) => ToolProcess.Start(
            "copy", "--from", $"type=local,src={FixtureLayout.Open(name).Directory}", "--to", $"type=local,dest={target},mode=max,tag={name}");
    }

    /// <summary>Measures one whole copy, then ends several at random moments of that time.</summary>
    private async Task<int> KillManyAsync(Func<int, Func<string, Task<bool>>, Task<(bool WasKilled, bool IsNew)>> round)
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var whole = TimeSpan.Zero;
        var (killed, news) = (0, 0);
        await round(-1, async target =>
        {
            var start = Stopwatch.GetTimestamp();
            using var process = ToolProcess.Start("copy", "--from", Big, "--to", target);
            await process.SucceedAsync();
            whole = Stopwatch.GetElapsedTime(start);
            return false;
        });
        for (var i = 0; i < Kills; i++)
        {
            var (wasKilled, isNew) = await round(i, async target =>
            {
                var delay = whole * random.NextDouble();
                using var process = ToolProcess.Start("copy", "--from", Big, "--to", target);
                var atWork = await process.KillAfterAsync(delay);
                TestContext.Out.WriteLine($"{target}: {(atWork ? "killed" : "ended before")} at {delay.TotalMilliseconds:0} ms");
                return atWork;
            });
            killed += wasKilled ? 1 : 0;
            news += isNew ? 1 : 0;
        }

        TestContext.Out.WriteLine($"a whole copy took {whole.TotalMilliseconds:0} ms; {killed} of {Kills} were killed, {news} had finished");
        return killed;
    }
}
