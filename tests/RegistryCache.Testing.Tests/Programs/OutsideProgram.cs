using System.Diagnostics;
using RegistryCache.Fixtures;

namespace RegistryCache.Testing.Tests.Programs;

/// <summary>A program that somebody else wrote, run to its end.</summary>
internal sealed class OutsideProgram(string path)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal) { ["NO_PROXY"] = "127.0.0.1", ["no_proxy"] = "127.0.0.1" };

    /// <summary>Finds a program, or ignores the test and says how to get it.</summary>
    public static OutsideProgram Require(string name)
    {
        var folders = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Prepend(Peers());
        var found = folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (found is null)
            Assert.Ignore($"{name} is not installed (bash eng/peers.sh gets it)");
        return new OutsideProgram(found!);
    }

    public async Task<string> RunAsync(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{Path.GetFileName(path)} {string.Join(' ', arguments)} did not end");
        }

        var text = await output;
        Assert.That(process.ExitCode, Is.Zero, $"{Path.GetFileName(path)} {string.Join(' ', arguments)}\n{text}\n{await error}");
        return text;
    }

    private static string Peers() => Path.Combine(Checkout.Root, "artifacts", "peers", "bin");
}
