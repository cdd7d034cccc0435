using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RegistryCache.Cli.Tests;

/// <summary>A registry that is not there is said while the tool still tries.</summary>
internal sealed class RefusedConnectionTests
{
    [Test]
    public async Task A_refused_connection_is_a_warning_before_the_next_attempt()
    {
        // A port that is bound but not listening refuses.
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var place = $"127.0.0.1:{((IPEndPoint)closed.LocalEndPoint!).Port}";
        using var stop = new CancellationTokenSource();
        await using var error = new StoppingWriter("cannot be reached yet", stop);
        var terminal = new Terminal(TextWriter.Null, error, showsProgress: false, TimeProvider.System, Stream.Null);

        var code = await new CommandLine(terminal).RunAsync(["inspect", $"type=registry,ref={place}/acme/app:main"], stop.Token);

        Assert.That(code, Is.EqualTo(ExitCode.Cancelled), "the warning came before the error");
        Assert.That(error.ToString(), Does.StartWith($"warning: {place} cannot be reached yet: ").And.Contain($"{place} refused the connection. Start the registry").And.Match(@"Attempt 2 follows in \d+\.\d s\r?\n"));
    }

    /// <summary>Ends the run once a text was written.</summary>
    private sealed class StoppingWriter(string text, CancellationTokenSource stop) : StringWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char[] buffer, int index, int count)
        {
            base.Write(buffer, index, count);
            Look();
        }

        public override void Write(string? value)
        {
            base.Write(value);
            Look();
        }

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            Look();
        }

        private void Look()
        {
            if (ToString().Contains(text, StringComparison.Ordinal))
                stop.Cancel();
        }
    }
}
