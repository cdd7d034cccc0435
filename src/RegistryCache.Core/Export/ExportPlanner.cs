using System.Globalization;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Layers;

namespace RegistryCache.Core.Export;

/// <summary>Plans an export that this library can read, and BuildKit too if <see cref="CacheExportOptions.Oversize"/> says so.</summary>
internal sealed class ExportPlanner(
    CacheTarget target, LayerCodecSet codecs, CacheExportOptions options, CacheFormatLimits limits, ResultOrder order)
{
    public List<string> Warnings { get; } = [];

    public PlannedExport Plan(CacheGraph graph)
    {
        var plan = FitForBuildKit(PlannedExport.Of(graph, target.Form, codecs));
        plan.RequireReadable(
            $"The cache for {target} is not written, because an import with the same limits could not read it. It", limits);
        return plan;
    }

    private PlannedExport FitForBuildKit(PlannedExport plan)
    {
        if (!plan.Exceeds(options.OversizeThreshold))
            return plan;
        var sizes = string.Create(
            CultureInfo.InvariantCulture,
            $"The cache config has {plan.Config.Json.Length} bytes and the manifest {plan.Manifest.Bytes.Length}; "
            + $"BuildKit reads {options.OversizeThreshold} at most");
        switch (options.Oversize)
        {
            case OversizePolicy.Fail:
                throw new LimitExceededException(
                    sizes + ". This export",
                    $"{nameof(CacheExportOptions)}.{nameof(CacheExportOptions.OversizeThreshold)}",
                    options.OversizeThreshold);
            case OversizePolicy.Trim:
                var trimmed = GraphTrimmer.Trim(plan, g => PlannedExport.Of(g, target.Form, codecs), options.OversizeThreshold, order);
                Warnings.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{sizes}, so {plan.RecordCount - trimmed.RecordCount} of {plan.RecordCount} records were skipped."));
                return trimmed;
            default:
                if (Warnings.Count == 0)
                {
                    Warnings.Add(
                        sizes + " and will ignore this cache. Export fewer builds to one tag, use mode=min, or let the export trim.");
                }

                return plan;
        }
    }
}
