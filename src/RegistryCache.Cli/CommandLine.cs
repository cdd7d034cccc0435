using System.CommandLine;
using System.Reflection;
using RegistryCache.Cli.Help;

namespace RegistryCache.Cli;

/// <summary>Finds the command, runs it, and turns the outcome into an exit code and one clear line.</summary>
internal sealed class CommandLine(Terminal terminal)
{
    public async Task<ExitCode> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        try
        {
            var exitCode = await ParseAsync(args, cancellationToken);

            // An answer that cannot be written is a failure, and must not be one only when the process ends.
            terminal.Output.Flush();
            return exitCode;
        }
        catch (Exception e) when (ErrorLine.IsOfFile(e))
        {
            return ErrorLine.Write(Failure(e), terminal, isVerbose: false);
        }
    }

    private async Task<ExitCode> ParseAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        if (args is ["--version"])
            return ShowVersion();
        var root = new ToolRoot();
        var parsed = root.Parse(args is ["help", ..] ? [.. args.Skip(1), "--help"] : args);
        if (args is [var first, ..] && first.StartsWith("[suggest", StringComparison.Ordinal))
            return await CompleteAsync(parsed, cancellationToken);
        if (parsed.GetValue(root.Common.Help) && !(parsed.CommandResult.Command is ToolRoot && parsed.UnmatchedTokens.Count > 0))
        {
            HelpPage.Write(parsed.CommandResult.Command, root, new CommandRun(parsed, root.Common, terminal).Terminal);
            return ExitCode.Done;
        }

        if (Mistake.Find(args, parsed, root.Common) is { } mistake)
            return WrongUsage(mistake, parsed.CommandResult.Command);
        if (parsed.GetValue(root.Version))
            return ShowVersion();
        return parsed.CommandResult.Command is ToolCommand command
            ? await RunAsync(command, new CommandRun(parsed, root.Common, terminal), cancellationToken)
            : WrongUsage("A command is missing.", root);
    }

    private async Task<ExitCode> RunAsync(ToolCommand command, CommandRun run, CancellationToken cancellationToken)
    {
        var exitCode = await TryAsync(command, run, cancellationToken);
        if (exitCode is ExitCode.Failed or ExitCode.WrongUsage or ExitCode.Miss && run.FindDirectory() is { } directory)
        {
            run.Terminal.Note($"note: a text without = is a registry reference; a directory is type=local,src={directory} as a source, and "
                + $"type=local,dest={directory} as a target");
        }

        return exitCode;
    }

    private async Task<ExitCode> TryAsync(ToolCommand command, CommandRun run, CancellationToken cancellationToken)
    {
        var terminal = run.Terminal;
        try
        {
            return await command.RunAsync(run, cancellationToken);
        }
        catch (UsageException e)
        {
            return WrongUsage(e.Message, command);
        }
        catch (CacheParameterException e)
        {
            terminal.Note($"error {e.CodeText}: {e.Message}");
            if (run.IsVerbose)
                terminal.Details(e.Excerpt);
            return ExitCode.WrongUsage;
        }
        catch (RegistryCacheException e)
        {
            return ErrorLine.Write(e, terminal, run.IsVerbose);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            terminal.Note("cancelled");
            return ExitCode.Cancelled;
        }
        catch (Exception e) when (ErrorLine.IsOfFile(e))
        {
            return ErrorLine.Write(Failure(e), terminal, run.IsVerbose);
        }
        catch (Exception e)
        {
            // A bug in this tool also ends in one line and an exit code, never in a crash dump.
            terminal.Note($"error: unexpected {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")} "
                + "This is a bug. Please report it with the output of --verbose.");
            if (run.IsVerbose)
                terminal.Details(e.ToString());
            return ExitCode.Failed;
        }
        finally
        {
            terminal.EndProgress();
        }
    }

    // What a command itself writes to a file has errors of its own.
    private static RegistryCacheException Failure(Exception e) => new(
        RegistryCacheErrorCode.StorageFailure, $"The output cannot be written: {ErrorText.Sentence(e.Message)}", e);

    private ExitCode ShowVersion()
    {
        terminal.Output.WriteLine(
            typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
        return ExitCode.Done;
    }

    /// <summary>Answers a shell that asks how a command line can go on: <c>[suggest:POSITION] LINE</c>.</summary>
    private async Task<ExitCode> CompleteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var candidates = new StringWriter();
        var invocation = new InvocationConfiguration
        {
            Output = candidates,
            Error = candidates,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        if (await parsed.InvokeAsync(invocation, cancellationToken) != 0)
            return ExitCode.WrongUsage;
        foreach (var candidate in candidates.ToString().Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
            terminal.Output.WriteLine(candidate);
        return ExitCode.Done;
    }

    private ExitCode WrongUsage(string problem, Command command)
    {
        terminal.Note($"error: {problem}");
        terminal.Note($"usage: {HelpPage.Usage(command)}");
        terminal.Note($"{HelpPage.Path(command)} --help shows more");
        return ExitCode.WrongUsage;
    }
}
