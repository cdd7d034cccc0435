using System.CommandLine;
using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Commands;

/// <summary>Says where two builds part, from their caches.</summary>
internal sealed class ExplainCommand : ToolCommand
{
    private const int DefaultLimit = 20;
    private const long DefaultMaxLayer = 64 << 20;

    private readonly Argument<string> _before = Places.Source("the cache of the first build, for example yesterday's", "BEFORE");
    private readonly Argument<string> _after = Places.Source("the cache of the second build, for example today's", "AFTER");
    private readonly NumberOption _limit = new("--limit", "N", "the most steps to show", "a whole number of at least 1", min: 1)
    {
        Default = Text.Number(DefaultLimit),
    };

    private readonly SizeOption _maxLayer = new("--max-layer",
        "the largest layer that is read to show which files a step wrote. 0 reads none", "a size, such as 16MiB", min: 0)
    {
        Default = "64MiB",
    };

    private readonly ReadingOptions _reading;

    public ExplainCommand()
        : base(
            "explain", "Says where two builds part: the first steps that differ, and why.",
            "A cache has no names, so a step is shown with the files that it wrote.")
    {
        Add(_before);
        Add(_after);
        Add([_limit, _maxLayer]);
        _reading = new ReadingOptions(this, defaultRatio: "500");
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        await using var caches = Caches.Create(run, _reading);
        var graphs = new List<CacheGraph>();
        foreach (var source in (Argument<string>[])[_before, _after])
        {
            var import = await run.ImportAsync(caches, run.Get(source), cancellationToken);
            if (!import.IsHit)
                return Outcomes.Report(import, run.Terminal);
            graphs.Add(import.Graph);
        }

        var divergence = BuildDivergence.Between(graphs[0], graphs[1]);
        var maxLayer = run.Get(_maxLayer) ?? DefaultMaxLayer;
        var steps = new List<ShownStep>();
        foreach (var step in divergence.Steps.Take(run.Get(_limit) ?? DefaultLimit))
            steps.Add(await ShownStep.ReadAsync(caches, step, maxLayer, run, cancellationToken));
        run.Terminal.EndProgress();
        if (run.IsJson)
            DivergenceJson.Write(divergence, steps, run.Terminal.Output);
        else
            DivergenceText.Write(divergence, steps, run.Terminal);
        return ExitCode.Done;
    }
}
