using System.CommandLine;
using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Commands;

/// <summary>Shows where the bytes of a cache are.</summary>
internal sealed class StatsCommand : ToolCommand
{
    private static readonly string[] Compressions = ["gzip", "zstd", "estargz", "uncompressed"];
    private readonly Argument<string> _source = Places.Source();
    private readonly ValueOption<double?> _read = new("--read", "PERCENT",
        "reads so many percent of the layers for their ratio of compression, rounded up", text => VerifyOptions.Percent("--read", text));

    private readonly ValueOption<LayerCompression?> _try = new("--try", string.Join('|', Compressions),
        "encodes each layer that is read, to see what it would weigh", Compression);

    private readonly NumberOption _level = new("--level", "N", "the level of the compression that is tried", "a whole number", min: 0);
    private readonly NumberOption _seed = new("--seed", "N", "chooses the layers that are read", "a whole number", min: 0);
    private readonly PruneOptions _rules;
    private readonly ReadingOptions _reading;

    public StatsCommand()
        : base(
            "stats", "Shows where the bytes of a cache are, and what would save some.",
            "Only layers of this cache count. What is not marked as an estimate is exact. It also says what a prune by the given "
            + "rules would free; without a rule, one of results older than 30 days.")
    {
        _try.CompletionSources.Add(Compressions);
        Add(_source);
        Add([_read, _try, _level, _seed]);
        _rules = new PruneOptions(this);
        _reading = new ReadingOptions(this, defaultRatio: "500");
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        Require(run.Get(_level) is null || run.Get(_try) is not null, _level, _try.Name);
        Require(run.Get(_seed) is null || run.Get(_read) is not null, _seed, _read.Name);
        var options = new CacheStatisticsOptions
        {
            ReadPercent = run.Get(_read) ?? (run.Get(_try) is null ? 0 : 100),
            Try = run.Get(_try),
            Level = run.Get(_level),
            Seed = run.Get(_seed),
            Progress = run.Progress,
        };
        var rules = _rules.Of(run);
        if (rules is not null)
            options = options with { Prune = rules };
        await using var caches = Caches.Create(run, _reading);
        var found = await caches.GetStatisticsAsync(run.Get(_source), options, cancellationToken);
        run.Terminal.EndProgress();
        if (!found.IsHit)
        {
            Outcomes.Miss(run.Terminal, found.Source, found.Miss);
            return ExitCode.Miss;
        }

        if (found.IsNearLimit)
        {
            run.Terminal.Note($"warning: the config or the manifest has {Text.Percent(found.LimitShare)} of the 1 MiB that BuildKit reads. "
                + "Above that, BuildKit ignores the cache without a word. Prune the tag, or export fewer builds to it.");
        }

        if (run.IsJson)
            StatisticsJson.Write(found, run.Terminal.Output);
        else
            StatisticsText.Write(found, hasRules: rules is not null, run.Terminal);
        return ExitCode.Done;
    }

    private static void Require(bool hasMeaning, Option option, string needed)
    {
        if (!hasMeaning)
            throw new UsageException($"{option.Name} has a meaning only with {needed}.");
    }

    private static LayerCompression? Compression(string text) => Compressions.Contains(text)
        ? LayerCompression.FromName(text)
        : throw new UsageException($"--try must be {string.Join(" or ", Compressions)}, not '{ErrorText.QuoteReference(text)}'.");
}
