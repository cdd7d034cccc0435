using RegistryCache.Core.Export;
using RegistryCache.Core.Import;
using RegistryCache.Core.Parameters;

namespace RegistryCache.Cli;

/// <summary>Imports, merges, exports.</summary>
internal sealed class CopyCommand : ICommand
{
    public string Name => "copy";

    public string Usage => "copy --from SOURCE [--from SOURCE]… --to TARGET [--to TARGET]… [--format text|json] [--oversize warn|fail|trim] [--merge] [--buildx-compatible]";

    public string Summary => "Copies a cache, or the union of several, to one or more targets; TARGET's parameters filter and convert. --merge keeps what TARGET holds.";

    public IReadOnlyCollection<string> ValuedOptions { get; } = ["--from", "--to", "--format", "--oversize"];

    public IReadOnlyCollection<string> Flags { get; } = ["--buildx-compatible", "--merge"];

    public async Task<ExitCode> RunAsync(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        arguments.Operands(0, "no operand");
        var asJson = arguments.Choice("--format", "text", "json") == "json";
        var parsing = new CacheParameterOptions { BuildxCompatible = arguments.Has("--buildx-compatible") };
        var options = new CacheExportOptions
        {
            Oversize = Enum.Parse<OversizePolicy>(arguments.Choice("--oversize", "warn", "fail", "trim"), ignoreCase: true),
            MergeWithExisting = arguments.Has("--merge"),
            AllowDockerTypesForAllCodecs = parsing.BuildxCompatible,
            Progress = terminal.ShowsProgress ? new TransferLine(terminal) : null,
        };
        var sources = arguments.All("--from").SelectMany(s => CacheSource.ParseMany(s, parsing)).ToList();
        var targets = arguments.All("--to").SelectMany(t => CacheTarget.ParseMany(t, parsing)).ToList();
        if (sources.Count == 0 || targets.Count == 0)
            throw new UsageException($"{(sources.Count == 0 ? "--from SOURCE" : "--to TARGET")} is missing.");

        await using var caches = Caches.Create();
        var exporters = targets.Select(t => caches.CreateExporter(t, options)).ToList();
        var import = await caches.CreateImporter(sources).ImportAsync(cancellationToken);
        var missed = Outcomes.Report(import, terminal);
        if (!import.IsHit)
            return missed;
        return await ExportAsync(import, exporters, terminal, asJson, cancellationToken);
    }

    private static async Task<ExitCode> ExportAsync(
        CacheImport import, List<ICacheExporter> exporters, Terminal terminal, bool asJson, CancellationToken cancellationToken)
    {
        var reports = new List<CacheExportReport>();
        foreach (var exporter in exporters)
        {
            var report = await exporter.ExportAsync(import.Graph, cancellationToken);
            terminal.EndProgress();
            reports.Add(report);
            if (report.Error is { } error)
                terminal.Note($"{report.Target}: ignored {ErrorLine.Of(error)}");
            foreach (var warning in report.Warnings)
                terminal.Note($"{report.Target}: warning: {warning}");
            if (!asJson)
                CopyReport.WriteText(report, terminal.Output);
        }

        if (asJson)
            CopyReport.WriteJson(import, reports, terminal.Output);
        return ExitCode.Done;
    }
}
