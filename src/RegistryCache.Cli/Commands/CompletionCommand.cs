using System.CommandLine;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Commands;

/// <summary>Prints the script that makes a shell complete the tool's command lines. The scripts are the files in Completion.</summary>
internal sealed class CompletionCommand : ToolCommand
{
    private static readonly (string Shell, string Ending)[] Shells =
        [("bash", "bash"), ("zsh", "zsh"), ("fish", "fish"), ("powershell", "ps1")];

    private readonly Argument<string> _shell = new("SHELL") { Description = string.Join(", ", Shells.Select(s => s.Shell)) };

    public CompletionCommand()
        : base(
            "completion", "Prints a script for a shell, which then completes commands, options and values.",
            "The first line of the script says where it belongs.")
    {
        _shell.CompletionSources.Add([.. Shells.Select(s => s.Shell)]);
        Add(_shell);
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var shell = run.Get(_shell);
        var ending = Array.Find(Shells, s => s.Shell == shell).Ending
            ?? throw new UsageException($"SHELL must be {string.Join(" or ", Shells.Select(s => s.Shell))}, not '{shell}'.");
        await using var script = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"registry-cache.{ending}")!;
        if (!run.IsJson)
        {
            await script.CopyToAsync(run.Terminal.Bytes, cancellationToken);
            return ExitCode.Done;
        }

        using var reader = new StreamReader(script);
        var text = await reader.ReadToEndAsync(cancellationToken);
        CacheJson.Write(run.Terminal.Output, json =>
        {
            json.WriteString("shell", shell);
            json.WriteString("script", text);
        });
        return ExitCode.Done;
    }
}
