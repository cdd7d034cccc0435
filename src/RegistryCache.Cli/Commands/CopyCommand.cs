using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Commands;

/// <summary>Imports one or more caches, merges them and exports the result.</summary>
internal sealed class CopyCommand : ToolCommand
{
    private readonly ListOption _from = Places.From("a source. Several make a union");
    private readonly ListOption _to = Places.To(new ListOption("--to", "TARGET", "a target. Each target is written separately"));
    private readonly ChoiceOption<OversizePolicy> _oversize = new("--oversize",
        "what to do with a cache that BuildKit ignores because its config is larger than 1 MiB",
        ("warn", OversizePolicy.Warn), ("fail", OversizePolicy.Fail), ("trim", OversizePolicy.Trim));

    private readonly Flag _merge = new("--merge", "keeps what the target's tag holds, even when several jobs write to it at the same time");
    private readonly Flag _overwriteImage = new("--overwrite-image", "allows --merge to replace a tag that does not hold a cache");
    private readonly Flag _checkBlobs = new("--check-blobs", "asks a registry for every blob, also for those that its manifest names");
    private readonly ChoiceOption<bool> _prefer = SharedOptions.Prefer("a result of the same step");
    private readonly Flag _buildxCompatible =
        new("--buildx-compatible", "ignores unknown parameters of sources and targets, as buildx does");
    private readonly NumberOption _resetAge = SharedOptions.ResetAge("reset=true removes a blob that no tag needs");
    private readonly ReadingOptions _reading;

    public CopyCommand()
        : base(
            "copy", "Copies a cache, or the union of several, to one or more targets.",
            "The parameters of TARGET filter and convert. All results are copied unless TARGET has mode=min.")
    {
        Add([_from, _to, _oversize, _merge, _overwriteImage, _checkBlobs, _prefer, _buildxCompatible, _resetAge]);
        _reading = new ReadingOptions(this, defaultRatio: "500");
    }

    public override async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var terminal = run.Terminal;
        var parsing = new CacheParameterOptions { BuildxCompatible = run.Has(_buildxCompatible) };
        var options = new CacheExportOptions
        {
            Oversize = run.Get(_oversize),
            DefaultMode = CacheMode.Max,
            MergeWithExisting = run.Has(_merge),
            OverwriteImage = run.Has(_overwriteImage),
            ChecksEveryBlob = run.Has(_checkBlobs),
            AllowDockerTypesForAllCodecs = parsing.BuildxCompatible,
            Progress = run.Progress,
        };
        await using var caches = Caches.Create(run, _reading, SharedOptions.Minutes(run, _resetAge));
        var sources = run.All(_from).SelectMany(s => caches.ParseSources(s, parsing)).ToList();
        var targets = run.All(_to).SelectMany(t => caches.ParseTargets(t, parsing)).ToList();

        var exporters = targets.Select(t => caches.CreateExporter(t, options)).ToList();
        var import = await run.ImportAsync(caches, sources, run.Get(_prefer), cancellationToken);
        var missed = Outcomes.Report(import, terminal);
        return import.IsHit ? await ExportAsync(import, [.. targets.Zip(exporters)], run, cancellationToken) : missed;
    }

    /// <summary>Exports to one target after another. If one fails, the others are still written.</summary>
    private static async Task<ExitCode> ExportAsync(
        CacheImport import,
        List<(CacheTarget Target, ICacheExporter Exporter)> exports,
        CommandRun run,
        CancellationToken cancellationToken)
    {
        var terminal = run.Terminal;
        var exitCode = ExitCode.Done;
        var outcomes = new List<CopyOutcome>();
        foreach (var (target, exporter) in exports)
        {
            var outcome = await ExportAsync(import, target, exporter, cancellationToken);
            terminal.EndProgress();
            outcomes.Add(outcome);
            if (outcome.Error is { } error)
            {
                var code = ErrorLine.Write(error, terminal, run.IsVerbose, target.ToString(), isIgnored: !outcome.Failed);
                if (outcome.Failed && exitCode == ExitCode.Done)
                    exitCode = code;
            }

            foreach (var warning in outcome.Report?.Warnings ?? [])
                terminal.Note($"warning: {warning}", about: target.ToString());
            if (!run.IsJson && outcome.Report is { } report)
                CopyReport.WriteText(report, terminal);
        }

        if (run.IsJson)
            CopyReport.WriteJson(import, outcomes, terminal.Output);
        return exitCode;
    }

    private static async Task<CopyOutcome> ExportAsync(CacheImport import, CacheTarget target, ICacheExporter exporter,
        CancellationToken cancellationToken)
    {
        try
        {
            var report = await exporter.ExportAsync(import.Graph, cancellationToken);
            return new CopyOutcome(target, report, report.Error);
        }
        catch (RegistryCacheException e)
        {
            return new CopyOutcome(target, Report: null, e);
        }
    }
}
