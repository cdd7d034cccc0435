using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RegistryCache.Testing.Tars;

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

        // Whoever runs the tests may ignore the signal, as nohup does, and a child inherits that.
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
}
