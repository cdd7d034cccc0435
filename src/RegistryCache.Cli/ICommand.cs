namespace RegistryCache.Cli;

/// <summary>One command of the tool.</summary>
internal interface ICommand
{
    /// <summary>The command's name.</summary>
    string Name { get; }

    /// <summary>The usage line after the tool's name.</summary>
    string Usage { get; }

    /// <summary>What the command does, for the help.</summary>
    string Summary { get; }

    /// <summary>The options that take a value.</summary>
    IReadOnlyCollection<string> ValuedOptions { get; }

    /// <summary>The options without a value, in addition to those of every command.</summary>
    IReadOnlyCollection<string> Flags { get; }

    /// <summary>Runs the command.</summary>
    Task<ExitCode> RunAsync(Arguments arguments, Terminal terminal, CancellationToken cancellationToken);
}
