using System.CommandLine;
using System.Reflection;
using RegistryCache.Cli.Help;

namespace RegistryCache.Cli;

/// <summary>Finds the command, runs it, and turns the outcome into an exit code and one clear line.</summary>
internal sealed class CommandLine(Terminal terminal)
{
    public async Task<ExitCode> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        if (args is ["--version"])
            return ShowVersion();
        var root = new ToolRoot();
        var parsed = root.Parse(args is ["help", ..] ? [.. args.Skip(1), "--help"] : args);
        if (args is [var first, ..] && first.StartsWith("[suggest", StringComparison.Ordinal))
            return await CompleteAsync(parsed, cancellationToken);
        if (parsed.GetValue(root.Common.Help))
        {
            HelpPage.Write(parsed.CommandResult.Command, root, new CommandRun(parsed, root.Common, terminal).Terminal);
            return ExitCode.Done;
        }

        if (Mistake.Find(parsed, root.Common) is { } mistake)
            return WrongUsage(mistake, parsed.CommandResult.Command);
        if (parsed.GetValue(root.Version))
            return ShowVersion();
        return parsed.CommandResult.Command is ToolCommand command
            ? await RunAsync(command, new CommandRun(parsed, root.Common, terminal), cancellationToken)
            : WrongUsage("A command is missing.", root);
    }

    private async Task<ExitCode> RunAsync(ToolCommand command, CommandRun run, CancellationToken cancellationToken)
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ErrorLine.Write(new RegistryCacheException(RegistryCacheErrorCode.StorageFailure, ErrorText.Sentence(e.Message), e),
                terminal, run.IsVerbose);
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
