using System.CommandLine;
using RegistryCache.Cli.Options;

namespace RegistryCache.Cli.Commands;

/// <summary>Removes results from a tag, or from all tags of a repository or directory.</summary>
internal sealed class PruneCommand : ToolCommand
{
    private readonly Argument<string> _source = Places.Source("a tag, or a repository or directory with all its tags");
    private readonly PruneOptions _rules;
    private readonly ListOption _tag = new("--tag", "PATTERN", "removes only from tags whose name matches");
    private readonly ListOption _keepNewestTags = new(
        "--keep-newest-tags", "[PREFIX=]N", "removes only from tags whose name starts with PREFIX, and keeps the newest N");

    private readonly Flag _unreachable = new("--unreachable", "removes the records that lead to no result");
    private readonly Flag _dryRun = SharedOptions.DryRun();
    private readonly NumberOption _resetAge = SharedOptions.ResetAge("a directory deletes a blob that no tag needs");

    public PruneCommand()
        : base(
            "prune", "Removes results from a tag, or from all tags.",
            "A result goes only if every rule allows it. What other writers add meanwhile stays.")
    {
        Add(_source);
        _rules = new PruneOptions(this);
        Add([_tag, _keepNewestTags, _unreachable, _dryRun, _resetAge]);
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var ofResults = _rules.Of(run);
        var rules = (ofResults ?? new PruneRules()) with
        {
            Tags = run.All(_tag),
            KeepNewestTags = PruneOptions.Newest(run, _keepNewestTags),
            Unreachable = run.Has(_unreachable),
        };
        if (ofResults is null && rules.Tags.Count + rules.KeepNewestTags.Count == 0 && !rules.Unreachable)
        {
            throw new UsageException($"A rule is missing. Give at least one of {_rules.Names}, {_tag.Name}, {_keepNewestTags.Name} and "
                + $"{_unreachable.Name}.");
        }

        await using var caches = Caches.Create(run, resetAge: SharedOptions.Minutes(run, _resetAge));
        var plan = await caches.PlanPruneAsync(run.Get(_source), rules, cancellationToken);
        if (!plan.IsHit && plan.IsEmpty)
        {
            run.Terminal.Note($"{run.Get(_source)}: no cache to prune");
            return ExitCode.Miss;
        }

        return await PruneRun.RunAsync(run, caches, plan, run.Has(_dryRun), cancellationToken);
    }
}
