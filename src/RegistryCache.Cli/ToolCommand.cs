using System.CommandLine;

namespace RegistryCache.Cli;

/// <summary>One command of the tool. <c>CONTRIBUTING.md</c> says how to add one.</summary>
/// <param name="name">The name.</param>
/// <param name="summary">What the command does, in one sentence, for the list of commands.</param>
/// <param name="details">What else its help says; <see langword="null"/> for nothing.</param>
internal abstract class ToolCommand(string name, string summary, string? details = null) : Command(name, summary)
{
    public string? Details => details;

    /// <summary>Adds options in the order in which the help shows them.</summary>
    protected void Add(ReadOnlySpan<Option> options)
    {
        foreach (var option in options)
            Add(option);
    }

    public abstract Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken);
}
