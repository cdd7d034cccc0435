using System.CommandLine;
using RegistryCache.Cli.Commands;
using RegistryCache.Cli.Options;

namespace RegistryCache.Cli;

/// <summary>The whole grammar of the tool: its commands, and the options that every command takes.</summary>
internal sealed class ToolRoot : RootCommand
{
    // Neither @files nor bundled letters: what stands on the command line is what is meant.
    private static readonly ParserConfiguration Configuration = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    public ToolRoot()
        : base("registry-cache: build caches in OCI registries and directories, in BuildKit's format")
    {
        Options.Clear();
        Common = new CommonOptions(this);
        Add(Version);
        foreach (var command in (Command[])
            [
                new InspectCommand(), new LsCommand(), new CopyCommand(), new CatCommand(), new SaveCommand(), new RestoreCommand(),
                new PruneCommand(), new RmCommand(), new VerifyCommand(), new HealCommand(), new DiffCommand(), new StatsCommand(),
                new GraphCommand(), new ExplainCommand(), new CompletionCommand(),
            ])
            Add(command);
    }

    public CommonOptions Common { get; }

    public Flag Version { get; } = new("--version", "shows the version of the tool");

    public ParseResult Parse(IReadOnlyList<string> args) => Parse(args, Configuration);
}
