namespace RegistryCache.Cli;

/// <summary>One command of the tool.</summary>
internal interface ICommand
{
    /// <summary>The command's name.</summary>
    string Name { get; }

    /// <summary>The usage line after the tool's name.</summary>
    string Usage { get; }

    /// <summary>One sentence about it.</summary>
    string Summary { get; }

    /// <summary>The options that take a value.</summary>
    IReadOnlyCollection<string> ValuedOptions { get; }

    /// <summary>The options that take none, beside those that every command has.</summary>
    IReadOnlyCollection<string> Flags { get; }

    /// <summary>Runs the command.</summary>
    Task<ExitCode> RunAsync(Arguments arguments, Terminal terminal, CancellationToken cancellationToken);
}
