using System.Diagnostics;
using System.Text;

namespace RegistryCache.Docker.Tests.Engine;

/// <summary>One finished run of a program: what it printed and how it ended.</summary>
internal sealed record ProgramRun(string CommandLine, int ExitCode, string Output, string Error)
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public ProgramRun RequireSuccess() =>
        ExitCode == 0 ? this : throw new InvalidOperationException($"exit code {ExitCode}: {CommandLine}\n{Output}\n{Error}");

    public static async Task<ProgramRun> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? directory = null)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = directory ?? "",
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        var commandLine = new StringBuilder(program).Append(' ').AppendJoin(' ', start.ArgumentList).ToString();
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new ProgramRun(commandLine, process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"not finished after {Limit}: {commandLine}");
        }
    }
}
