using System.CommandLine;
using RegistryCache.Cli.Options;

namespace RegistryCache.Cli.Commands;

/// <summary>Removes a tag, or folders of a tag.</summary>
internal sealed class RmCommand : ToolCommand
{
    private readonly Argument<string> _source = Places.Source("a tag");
    private readonly ListOption _key = new("--key", "KEY", "a key to remove instead of the whole tag");
    private readonly Flag _image = new("--image", "allows to remove a tag that does not hold a cache");
    private readonly Flag _dryRun = SharedOptions.DryRun();
    private readonly NumberOption _resetAge = SharedOptions.ResetAge("a directory deletes a blob that no tag needs");

    public RmCommand()
        : base("rm", "Removes a tag, or the folders that were saved in it under some keys.")
    {
        Add(_source);
        Add([_key, _image, _dryRun, _resetAge]);
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var keys = run.All(_key);
        await using var caches = Caches.Create(run, resetAge: SharedOptions.Minutes(run, _resetAge));
        var source = caches.ParseSource(run.Get(_source));
        var plan = keys.Count == 0
            ? await caches.PlanRemovalAsync(source, run.Has(_image), cancellationToken)
            : await caches.PlanPruneAsync(source, new PruneRules { Keys = [.. keys.Select(Exactly)] }, cancellationToken);
        if (plan.Tags.Count > 0)
            return await PruneRun.RunAsync(run, caches, plan, run.Has(_dryRun), cancellationToken);
        run.Terminal.Note($"{run.Get(_source)}: there is no such {(keys.Count == 0 ? "tag" : "key")}");
        return ExitCode.Miss;
    }

    /// <summary>A pattern that only the text itself matches.</summary>
    private static string Exactly(string text) => text.Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("*", @"\*", StringComparison.Ordinal).Replace("?", @"\?", StringComparison.Ordinal);
}
