using System.Diagnostics;
using System.Text;
using RegistryCache.Fixtures.Servers;

namespace RegistryCache.Cli.Tests.Commands;

/// <summary>A shell on a terminal of its own, which <c>script</c> of util-linux gives. What a test sends is typed there.</summary>
internal sealed class ShellSession : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Process _process;
    private readonly StringBuilder _shown = new();

    private ShellSession(Process process) => _process = process;

    /// <param name="shell">The shell with its options.</param>
    /// <param name="programs">A directory that comes first in <c>PATH</c>.</param>
    public static ShellSession Start(string shell, string programs)
    {
        var start = new ProcessStartInfo(RealComponent.Require("script", "it is in util-linux."), ["-qfec", shell, "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = programs + Path.PathSeparator + start.Environment["PATH"];
        start.Environment["TERM"] = "dumb";
        start.Environment["HOME"] = programs;
        start.Environment["PS1"] = "";
        start.Environment["INPUTRC"] = "/dev/null";
        return new ShellSession(Process.Start(start)!);
    }

    /// <summary>Types something, and waits until a text is shown after that.</summary>
    public async Task TypeAsync(string keys, string shown)
    {
        _shown.Clear();
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
        using var limit = new CancellationTokenSource(Patience);
        var buffer = new char[1024];
        while (!_shown.ToString().Contains(shown, StringComparison.Ordinal))
        {
            int read;
            try
            {
                read = await _process.StandardOutput.ReadAsync(buffer, limit.Token);
            }
            catch (OperationCanceledException)
            {
                read = 0;
            }

            if (read == 0)
                Assert.Fail($"After '{keys}' the shell did not show '{shown}', but: {_shown}");
            // zsh rings the bell between the letters.
            _shown.Append(new string(buffer, 0, read).Replace("\a", "", StringComparison.Ordinal));
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
