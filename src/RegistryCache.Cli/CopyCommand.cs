namespace RegistryCache.Cli;

/// <summary>Imports one or more caches, merges them and exports the result.</summary>
internal sealed class CopyCommand : ICommand
{
    public string Name => "copy";

    public string Usage =>
        "copy --from SOURCE [--from SOURCE]… --to TARGET [--to TARGET]… [--format text|json] [--oversize warn|fail|trim] [--merge] "
        + "[--overwrite-image] [--prefer first|newest] [--check-blobs] [--buildx-compatible] "
        + "[--reset-age MINUTES] " + Caches.ReadingUsage;

    public string Summary =>
        "Copies a cache, or the union of several, to one or more targets. The parameters of TARGET filter and convert. All results are "
        + "copied unless TARGET has mode=min. --merge keeps the content of TARGET and refuses a tag that is not a cache, unless "
        + "--overwrite-image is given. --check-blobs asks a registry for every blob, also for those that the manifest of the tag names. "
        + "If several sources have a result, the first source wins, or the newest result.";

    public IReadOnlyCollection<string> ValuedOptions { get; } =
        ["--from", "--to", "--format", "--oversize", "--prefer", Caches.ResetAge, .. Caches.ReadingOptions];

    public IReadOnlyCollection<string> Flags { get; } = ["--buildx-compatible", "--check-blobs", "--merge", "--overwrite-image"];

    public async Task<ExitCode> RunAsync(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        arguments.Operands(0, "no operand");
        var asJson = arguments.Choice("--format", "text", "json") == "json";
        var parsing = new CacheParameterOptions { BuildxCompatible = arguments.Has("--buildx-compatible") };
        var options = new CacheExportOptions
        {
            Oversize = Enum.Parse<OversizePolicy>(arguments.Choice("--oversize", "warn", "fail", "trim"), ignoreCase: true),
            DefaultMode = CacheMode.Max,
            MergeWithExisting = arguments.Has("--merge"),
            OverwriteImage = arguments.Has("--overwrite-image"),
            ChecksEveryBlob = arguments.Has("--check-blobs"),
            AllowDockerTypesForAllCodecs = parsing.BuildxCompatible,
            Progress = terminal.ShowsProgress ? new TransferLine(terminal) : null,
        };
        await using var caches = Caches.Create(terminal, arguments);
        var sources = arguments.All("--from").SelectMany(s => caches.ParseSources(s, parsing)).ToList();
        var targets = arguments.All("--to").SelectMany(t => caches.ParseTargets(t, parsing)).ToList();
        if (sources.Count == 0 || targets.Count == 0)
            throw new UsageException($"{(sources.Count == 0 ? "--from SOURCE" : "--to TARGET")} is missing.");

        var exporters = targets.Select(t => caches.CreateExporter(t, options)).ToList();
        var import = await caches.CreateImporter(sources, Preference.IsNewest(arguments)).ImportAsync(cancellationToken);
        var missed = Outcomes.Report(import, terminal);
        if (!import.IsHit)
            return missed;
        return await ExportAsync(import, [.. targets.Zip(exporters)], terminal, asJson, arguments.Has(CommandLine.Verbose),
            cancellationToken);
    }

    /// <summary>Exports to one target after another. If one fails, the others are still written.</summary>
    private static async Task<ExitCode> ExportAsync(
        CacheImport import,
        List<(CacheTarget Target, ICacheExporter Exporter)> exports,
        Terminal terminal,
        bool asJson,
        bool isVerbose,
        CancellationToken cancellationToken)
    {
        var exitCode = ExitCode.Done;
        var outcomes = new List<CopyOutcome>();
        foreach (var (target, exporter) in exports)
        {
            var outcome = await ExportAsync(import, target, exporter, cancellationToken);
            terminal.EndProgress();
            outcomes.Add(outcome);
            if (outcome.Error is { } error)
            {
                var code = ErrorLine.Write(error, terminal, isVerbose, $"{target}: {(outcome.Failed ? "" : "ignored ")}");
                if (outcome.Failed && exitCode == ExitCode.Done)
                    exitCode = code;
            }

            foreach (var warning in outcome.Report?.Warnings ?? [])
                terminal.Note($"{target}: warning: {warning}");
            if (!asJson && outcome.Report is { } report)
                CopyReport.WriteText(report, terminal.Output);
        }

        if (asJson)
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
