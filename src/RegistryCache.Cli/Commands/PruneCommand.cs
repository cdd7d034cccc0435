using System.CommandLine;
using System.Globalization;
using RegistryCache.Cli.Options;

namespace RegistryCache.Cli.Commands;

/// <summary>Removes results from a tag, or from all tags of a repository or directory.</summary>
internal sealed class PruneCommand : ToolCommand
{
    private readonly Argument<string> _source = Places.Source("a tag, or a repository or directory with all its tags");
    private readonly AgeOption _olderThan = new("--older-than", "removes results that were saved longer ago, such as 30d");
    private readonly SizeOption _maxSize = new(
        "--max-size", "removes only as much as is needed until the layers have this size", "a size such as 10GiB", min: 0);

    private readonly Flag _largestFirst = new("--largest-first", "with --max-size, what frees most goes first");
    private readonly ListOption _key = new("--key", "PATTERN", "removes only folders whose key matches, such as 'pr-*'");
    private readonly ListOption _keepNewest = new(
        "--keep-newest", "[PREFIX=]N", "removes only folders whose key starts with PREFIX, and keeps the newest N");

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
        Add([_olderThan, _maxSize, _largestFirst, _key, _keepNewest, _tag, _keepNewestTags, _unreachable, _dryRun, _resetAge]);
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var rules = new PruneRules
        {
            OlderThan = run.Get(_olderThan),
            MaxBytes = run.Get(_maxSize),
            Order = run.Has(_largestFirst) ? PruneOrder.LargestFirst : PruneOrder.OldestFirst,
            Keys = run.All(_key),
            Tags = run.All(_tag),
            KeepNewestKeys = Newest(run, _keepNewest),
            KeepNewestTags = Newest(run, _keepNewestTags),
            Unreachable = run.Has(_unreachable),
        };
        await using var caches = Caches.Create(run, resetAge: SharedOptions.Minutes(run, _resetAge));
        var plan = await caches.PlanPruneAsync(run.Get(_source), rules, cancellationToken);
        return await PruneRun.RunAsync(run, caches, plan, run.Has(_dryRun), cancellationToken);
    }

    /// <summary>Prefixes with counts, as in <c>nuget-linux-=3</c>; a count alone is for every name.</summary>
    private static (string Prefix, int Count)[] Newest(CommandRun run, ListOption option) => [.. run.All(option).Select(text =>
    {
        var at = text.LastIndexOf('=');
        return int.TryParse(text[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? (at < 0 ? "" : text[..at], count)
            : throw new UsageException(
                $"{option.Name} must be a number, or a prefix with one such as nuget-=3, not '{ErrorText.QuoteReference(text)}'.");
    })];
}
