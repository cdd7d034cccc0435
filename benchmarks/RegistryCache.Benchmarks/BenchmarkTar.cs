using System.Diagnostics;

namespace RegistryCache.Benchmarks;

/// <summary>The tar to measure with: a given file, or the .NET installation, which every machine that runs this has.</summary>
internal static class BenchmarkTar
{
    public static async Task<string> GetAsync(string[] arguments, string directory)
    {
        var at = Array.IndexOf(arguments, "--tar");
        if (at >= 0 && at + 1 < arguments.Length)
            return arguments[at + 1];
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var installation = Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        var tar = Path.Combine(directory, "input.tar");
        using var process = Process.Start("tar", ["-C", installation, "-cf", tar, "."]);
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? tar : throw new InvalidOperationException("tar could not pack " + installation);
    }
}
