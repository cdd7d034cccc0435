using System.Diagnostics;

namespace RegistryCache.Docker.Tests.Engine;

/// <summary>
/// A server that runs as long as this process does. It stands behind a shell that waits for the end of its input, so that the server
/// is told to stop even when the test host is killed and can tidy nothing up itself.
/// </summary>
internal sealed class BackgroundProgram : IAsyncDisposable
{
    private const string Guard = "\"$@\" >>\"$LOG\" 2>&1 </dev/null & server=$!; cat >/dev/null; kill -TERM $server; wait $server";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _shell;

    private BackgroundProgram(Process shell, string logFile)
    {
        _shell = shell;
        LogFile = logFile;
    }

    public string LogFile { get; }

    public static BackgroundProgram Start(string logFile, IReadOnlyDictionary<string, string> environment, params string[] command)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in (string[])["-c", Guard, "sh", .. command])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["LOG"] = logFile;
        File.WriteAllText(logFile, "");
        return new BackgroundProgram(Process.Start(start)!, logFile);
    }

    public string LogTail()
    {
        using var file = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return string.Join('\n', reader.ReadToEnd().Split('\n').TakeLast(40));
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await _shell.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _shell.Kill(entireProcessTree: true);
            await _shell.WaitForExitAsync(CancellationToken.None);
        }

        _shell.Dispose();
    }
}
