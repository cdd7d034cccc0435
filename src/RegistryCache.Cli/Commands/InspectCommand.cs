using System.CommandLine;
using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Commands;

/// <summary>Shows the content of a cache.</summary>
internal sealed class InspectCommand : ToolCommand
{
    private readonly Argument<string> _source = Places.Source();
    private readonly Flag _all = new("--all", "shows every layer and record. Without it, a large cache is folded");

    public InspectCommand()
        : base("inspect", "Shows the manifest, records, links and layers of a cache.")
    {
        Add(_source);
        Add([_all]);
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var terminal = run.Terminal;
        await using var caches = Caches.Create(run);
        var import = await run.ImportAsync(caches, run.Get(_source), cancellationToken);
        if (import.Sources.FirstOrDefault(s => s.IsHit) is not { } cache)
            return Outcomes.Report(import, terminal);
        if (run.IsJson)
            CacheJson.Write(cache, terminal.Output);
        else
            CacheTree.Write(cache, terminal, run.Has(_all));
        return ExitCode.Done;
    }
}
