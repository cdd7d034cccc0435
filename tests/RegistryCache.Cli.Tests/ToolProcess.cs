using System.Diagnostics;
using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests;

/// <summary>The command line as a process of its own, which can be killed.</summary>
internal sealed class ToolProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private ToolProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>
    /// The words that start the tool: the native one that <c>REGISTRYCACHE_TOOL</c> names, as eng/test.sh does; else the one that was built,
    /// with the libraries that it has at a user's. The tests' directory has others: theirs are part of a larger framework.
    /// </summary>
    public static IReadOnlyList<string> Command { get; } = Environment.GetEnvironmentVariable("REGISTRYCACHE_TOOL") is { Length: > 0 } native
        ? [native]
        : [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "exec", FindProgram()];

    /// <summary>The file of the tool.</summary>
    public static string Program => Command[^1];

    /// <summary><see cref="Command"/> as a shell reads it.</summary>
    public static string ShellCommand { get; } = string.Join(' ', Command.Select(word => $"'{word}'"));

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static ToolProcess Start(params string[] args) => Start(new Dictionary<string, string?>(), args);

    /// <summary>
    /// Starts the command line by another program, which ends by becoming it: <c>setpriv</c>, <c>prlimit</c>, <c>unshare</c>.
    /// </summary>
    public static ToolProcess StartUnder(string[] wrapper, params string[] args) => Start(new Dictionary<string, string?>(), wrapper, args);

    /// <summary>Starts the command line with some variables of its environment changed; <see langword="null"/> removes one.</summary>
    public static ToolProcess Start(IReadOnlyDictionary<string, string?> environment, params string[] args) => Start(environment, [], args);

    private static ToolProcess Start(IReadOnlyDictionary<string, string?> environment, string[] wrapper, string[] args)
    {
        string[] all = [.. wrapper, .. Command, .. args];
        var start = new ProcessStartInfo(all[0])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var arg in all.Skip(1))
            start.ArgumentList.Add(arg);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ToolProcess(Process.Start(start)!);
    }

    /// <summary>Waits for the end; the process must have done its work.</summary>
    public async Task SucceedAsync()
    {
        var (exitCode, text) = await EndAsync();
        Assert.That(exitCode, Is.Zero, text);
    }

    /// <summary>Waits for the end and returns the exit code and all output.</summary>
    public async Task<(int ExitCode, string Text)> EndAsync()
    {
        await _process.WaitForExitAsync();
        return (_process.ExitCode, $"{await _output}\n{await _error}");
    }

    /// <summary>Kills the process, as a power failure would. Returns whether it was still running.</summary>
    public async Task<bool> KillAfterAsync(TimeSpan delay)
    {
        using var timeout = new CancellationTokenSource(delay);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
            return false;
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            await Task.WhenAll(_output, _error);
            return true;
        }
    }

    /// <summary>Ends the process at once as soon as something can be seen of its work.</summary>
    public async Task KillOnceAsync(Func<bool> isSeen)
    {
        while (!isSeen() && !_process.HasExited)
            await Task.Yield();
        await KillAfterAsync(TimeSpan.Zero);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static string FindProgram()
    {
        // tests/THIS/bin/CONFIGURATION/FRAMEWORK, as src/RegistryCache.Cli/bin/CONFIGURATION/FRAMEWORK
        var built = Path.Combine("bin", Path.GetFileName(Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, ".."))), Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)));
        return Path.Combine(Checkout.Root, "src", "RegistryCache.Cli", built, "registry-cache.dll");
    }
}
