using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Tars;

namespace RegistryCache.Cli.Tests;

/// <summary>Signals sent to the real tool.</summary>
[Category("Integration")]
[Platform("Linux", Reason = "signals, and GNU env")]
internal sealed class SignalTests
{
    [TestCase("INT", 130)]
    [TestCase("TERM", 143)]
    [TestCase("HUP", 129)]
    public async Task A_signal_ends_the_work_in_an_orderly_way(string signal, int expected)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var scratch = new ScratchDirectory();

        // The parent of the tests may ignore the signal, as nohup does, and child processes inherit that.
        using var tool = ToolProcess.StartUnder(
            ["env", $"--default-signal={signal}"],
            "copy", "--from", $"type=registry,ref=127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/a/b:t", "--to", $"type=local,dest={scratch["cache"]}");

        // The tool waits for an answer that does not come.
        using var connection = await silent.AcceptTcpClientAsync();
        await OutsideTool.RunAsync("kill", [$"-{signal}", tool.Id.ToString(CultureInfo.InvariantCulture)]);

        var (exitCode, text) = await tool.EndAsync();
        Assert.That(exitCode, Is.EqualTo(expected), text);
        Assert.That(text, Does.Contain("cancelled"));
        Assert.That(Directory.Exists(scratch["cache"]), Is.False);
    }

    [TestCase("TERM", "TERM", 143)]
    [TestCase("TERM", "INT", 130)]
    [TestCase("INT", "TERM", 143)]
    [TestCase("HUP", "HUP", 129)]
    public async Task A_second_signal_ends_the_process_at_once_with_its_own_code(string first, string second, int expected)
    {
        using var scratch = new ScratchDirectory();
        var content = new byte[1 << 20];
        new Random(1).NextBytes(content);
        content[0] = 0;
        var layer = await SaveAsync(scratch, "file", content);

        // Nobody reads the tool's output, so its orderly end would wait without end.
        await OutsideTool.RunAsync("mkfifo", [scratch["fifo"]]);
        using var tool = ToolProcess.StartUnder(
            ["env", "--default-signal=INT,TERM,HUP", "sh", "-c", $"exec \"$@\" >'{scratch["fifo"]}'", "sh"],
            "cat", $"type=local,src={scratch["cache"]}", "file", "--layer", layer);
        await using var output = await Task.Run(() => new FileStream(scratch["fifo"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0));
        Assert.That(await Task.Run(output.ReadByte), Is.Zero, "the tool has begun to write");

        await OutsideTool.RunAsync("kill", [$"-{first}", tool.Id.ToString(CultureInfo.InvariantCulture)]);
        var end = tool.EndAsync();

        // Two signals of one kind count as one until the first is handled. The tool may end just before another one is sent.
        while (await Task.WhenAny(end, Task.Delay(100)) != end)
            await OutsideTool.RunAsync("sh", ["-c", "kill -$0 $1 || true", second, tool.Id.ToString(CultureInfo.InvariantCulture)]);

        var (exitCode, text) = await end;
        Assert.That(exitCode, Is.EqualTo(expected), text);
        Assert.That(text, Does.Not.Contain("cancelled"), "it did not end in the orderly way");
    }

    private static async Task<string> SaveAsync(ScratchDirectory scratch, string name, byte[] content)
    {
        Directory.CreateDirectory(scratch["folder"]);
        await File.WriteAllBytesAsync(scratch["folder/" + name], content);
        var saved = await Tool.RunAsync("save", "--key", "k", "--path", scratch["folder"], "--times", "fixed", "--to", $"type=local,dest={scratch["cache"]}");
        Assert.That(saved.ExitCode, Is.EqualTo(ExitCode.Done), saved.Error);
        var inspected = await Tool.RunAsync("inspect", $"type=local,src={scratch["cache"]}", "--format", "json");
        using var json = JsonDocument.Parse(inspected.Output);

        // The other layer is the index, which is small.
        return json.RootElement.GetProperty("layers").EnumerateArray().MaxBy(l => l.GetProperty("size").GetInt64()).GetProperty("digest").GetString()!;
    }
}
