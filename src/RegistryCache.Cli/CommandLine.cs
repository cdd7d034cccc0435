using System.Reflection;

namespace RegistryCache.Cli;

/// <summary>Finds the command, runs it, and turns the outcome into an exit code and one clear line.</summary>
internal sealed class CommandLine(Terminal terminal)
{
    public const string Verbose = "--verbose";
    private static readonly ICommand[] Commands =
        [new InspectCommand(), new LsCommand(), new CopyCommand(), new CatCommand(), new SaveCommand(), new RestoreCommand()];

    public async Task<ExitCode> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        if (args.Count == 0 || args[0] is "--help" or "-h" or "help")
        {
            WriteHelp(args.Count == 0 ? null : terminal.Output);
            return args.Count == 0 ? ExitCode.WrongUsage : ExitCode.Done;
        }

        if (args[0] is "--version")
        {
            terminal.Output.WriteLine(typeof(CommandLine)
                .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
            return ExitCode.Done;
        }

        var command = Array.Find(Commands, c => c.Name == args[0]);
        if (command is null)
            return WrongUsage($"Unknown command '{ErrorText.QuoteReference(args[0])}'; the commands are "
                + $"{string.Join(", ", Commands.Select(c => c.Name))}.", "registry-cache --help");
        if (args.Contains("--help") || args.Contains("-h"))
        {
            terminal.Output.WriteLine(command.Summary);
            terminal.Output.WriteLine();
            terminal.Output.WriteLine($"usage: registry-cache {command.Usage}");
            return ExitCode.Done;
        }

        return await RunAsync(command, [.. args.Skip(1)], args.Contains(Verbose), cancellationToken);
    }

    private async Task<ExitCode> RunAsync(ICommand command, IReadOnlyList<string> args, bool isVerbose,
        CancellationToken cancellationToken)
    {
        try
        {
            var arguments = new Arguments(
                args, [.. command.ValuedOptions, .. TransferPace.Options, .. BlobCache.Options], [.. command.Flags, Verbose]);
            return await command.RunAsync(arguments, terminal, cancellationToken);
        }
        catch (UsageException e)
        {
            return WrongUsage(e.Message, $"registry-cache {command.Usage}");
        }
        catch (CacheParameterException e)
        {
            terminal.Note($"error {e.CodeText}: {e.Message}");
            if (isVerbose)
                terminal.Details(e.Excerpt);
            return ExitCode.WrongUsage;
        }
        catch (RegistryCacheException e)
        {
            return ErrorLine.Write(e, terminal, isVerbose);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            terminal.Note("cancelled");
            return ExitCode.Cancelled;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ErrorLine.Write(new RegistryCacheException(RegistryCacheErrorCode.StorageFailure, ErrorText.Sentence(e.Message), e),
                terminal, isVerbose);
        }
        catch (Exception e)
        {
            // A bug in this tool also ends in one line and an exit code, never in a crash dump.
            terminal.Note($"error: unexpected {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")} "
                + "This is a bug. Please report it with the output of --verbose.");
            if (isVerbose)
                terminal.Details(e.ToString());
            return ExitCode.Failed;
        }
        finally
        {
            terminal.EndProgress();
        }
    }

    private ExitCode WrongUsage(string problem, string usage)
    {
        terminal.Note($"error: {problem}");
        terminal.Note($"usage: {usage}");
        return ExitCode.WrongUsage;
    }

    private void WriteHelp(TextWriter? writer)
    {
        var lines = new List<string> { "registry-cache: build caches in OCI registries and directories, in BuildKit's format", "" };
        foreach (var command in Commands)
        {
            lines.Add($"  registry-cache {command.Usage}");
            lines.Add($"      {command.Summary}");
        }

        lines.AddRange(
        [
            "",
            "SOURCE has the form of --cache-from of docker buildx build, TARGET the form of --cache-to:",
            "  type=registry,ref=ghcr.io/acme/app:cache   type=local,src=./cache   type=local,dest=./cache,mode=max",
            $"Every command takes --verbose and --help, and {TransferPace.MinRate} SIZE with {TransferPace.MinRateWindow} SECONDS: a "
                + "transfer from or to a registry that moves fewer bytes per second is ended and resumed.",
            $"Every command takes {BlobCache.Place} DIR, or the variable {BlobCache.Variable}, and {BlobCache.Size} SIZE: blobs of "
                + "registries are kept there and are not fetched again.",
            "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no source had a cache, or no key matched, 4 a key "
                + "matched but could not be restored.",
        ]);
        foreach (var line in lines)
        {
            if (writer is null)
                terminal.Note(line);
            else
                writer.WriteLine(line);
        }
    }
}
