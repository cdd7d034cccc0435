using System.Diagnostics;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Servers;

namespace RegistryCache.Cli.Tests.Commands;

/// <summary>PowerShell, which <c>.config/dotnet-tools.json</c> names, because no package of Debian has it.</summary>
internal static class PowerShell
{
    /// <summary>Runs a script, demands success and returns its output.</summary>
    /// <param name="script">The file.</param>
    /// <param name="home">A directory for what PowerShell writes for its user.</param>
    public static async Task<string> RunAsync(string script, string home)
    {
        RealComponent.Require((await AskAsync(home, "-Version")).ExitCode == 0, "PowerShell is not installed: `dotnet tool restore` gets it.");
        var (exitCode, output, complaint) = await AskAsync(home, "-NoProfile", "-NonInteractive", "-File", script);
        Assert.That((exitCode, complaint), Is.EqualTo((0, "")), output);
        return output;
    }

    private static async Task<(int ExitCode, string Output, string Error)> AskAsync(string home, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["tool", "run", "pwsh", "--", .. arguments])
        {
            // The manifest is found from here.
            WorkingDirectory = Checkout.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["XDG_CACHE_HOME"] = start.Environment["XDG_CONFIG_HOME"] = start.Environment["XDG_DATA_HOME"] = home;
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
