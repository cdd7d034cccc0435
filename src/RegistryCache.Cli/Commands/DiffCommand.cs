using System.CommandLine;
using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Commands;

/// <summary>Compares two caches.</summary>
internal sealed class DiffCommand : ToolCommand
{
    private readonly Argument<string> _left = Side("LEFT", "the first cache");
    private readonly Argument<string> _right = Side("RIGHT", "the second cache");
    private readonly Flag _files = new("--files", "reads the layers of results that differ, and compares their files");
    private readonly ReadingOptions _reading;

    public DiffCommand()
        : base(
            "diff", "Compares two caches: records, results, layers, and files of layers.",
            "Records are the same when a look-up in the one cache finds those of the other.")
    {
        Add(_left);
        Add(_right);
        Add(_files);
        _reading = new ReadingOptions(this, defaultRatio: "500");
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var terminal = run.Terminal;
        await using var caches = Caches.Create(run, _reading);
        var found = await caches.CompareAsync(
            caches.ParseSource(run.Get(_left)), caches.ParseSource(run.Get(_right)), run.Progress, cancellationToken);
        if (!found.IsHit)
        {
            foreach (var (source, reason) in found.Misses)
                Outcomes.Miss(terminal, source, reason);
            return ExitCode.Miss;
        }

        var files = run.Has(_files) ? await FilesAsync(caches, found, run.Progress, cancellationToken) : [];
        terminal.EndProgress();
        if (run.IsJson)
            ComparisonJson.Write(found, files, terminal.Output);
        else
            ComparisonText.Write(found, files, terminal);
        return ExitCode.Done;
    }

    private static Argument<string> Side(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.CompletionSources.Add("type=registry,ref=", "type=local,src=");
        return argument;
    }

    private static async Task<IReadOnlyList<LayerComparison>> FilesAsync(
        BuildCache caches, CacheComparison found, IProgress<CacheProgress>? progress, CancellationToken cancellationToken)
    {
        var compared = new List<LayerComparison>();
        List<(CacheLayer? Left, CacheLayer? Right)> pairs =
        [
            .. found.Both.Where(b => b.Outcome == ComparedResult.Different).SelectMany(b => b.FindLayers())
                .Where(p => p is { Left: not null, Right: not null }).DistinctBy(p => (p.Left!.Digest, p.Right!.Digest)),
        ];
        var all = progress is null ? null
            : new SummedProgress(progress, pairs.Sum(p => p.Left!.Descriptor.Size + p.Right!.Descriptor.Size));
        foreach (var (left, right) in pairs)
            compared.Add(await caches.CompareLayersAsync(left!, right!, limits: null, all, cancellationToken));
        return compared;
    }
}
