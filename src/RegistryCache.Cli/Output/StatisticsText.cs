namespace RegistryCache.Cli.Output;

/// <summary>Statistics for people.</summary>
internal static class StatisticsText
{
    private const int Stages = 12;

    public static void Write(CacheStatistics found, bool hasRules, Terminal terminal)
    {
        terminal.Line($"{Text.Count(found.Records, "record")}, {Text.Count(found.Results, "result")}, {Total(found.Layers)}");
        if (found.Config is { } config)
        {
            terminal.Line($"config {Text.Size(config.Size)}, manifest {Text.Size(found.Manifest!.Size)}: "
                + $"{Text.Percent(found.LimitShare)} of what BuildKit reads");
        }

        terminal.Line("by age of the newest use:");
        foreach (var (below, layers) in found.ByAge.Where(a => a.Layers.Count > 0))
        {
            var age = below == TimeSpan.MaxValue ? "older, or without a time" : $"under {Text.Count((int)below.TotalDays, "day")}";
            terminal.Line($"  {age}: {Total(layers)}");
        }

        terminal.Line("by stage of the graph:");
        foreach (var (stage, records, layers) in found.ByStage.Take(Stages))
            terminal.Line($"  {Text.Number(stage)}: {Text.Count(records, "record")}, {Total(layers)}");
        if (found.ByStage.Count > Stages)
            terminal.Line($"  and {Text.Count(found.ByStage.Count - Stages, "stage")} more; --format json has all");
        terminal.Line("by compression:");
        foreach (var share in found.ByCompression)
        {
            terminal.Line($"  {share.Compression?.Name ?? "unknown"}: {Total(share.Layers)}"
                + (share.Ratio is { } ratio ? $", ratio {Text.Ratio(ratio)}{Estimate(share.IsExact)}" : ""));
        }

        terminal.Line("would save:");
        terminal.Line($"  mode=min: {Total(found.SavedByModeMin)}");
        var what = hasRules ? " by these rules" : " of results older than 30 days";
        terminal.Line($"  a prune{what}: {Text.Count(found.Pruned!.Results.Count, "result")}, {Total(found.SavedByPruning)}");
        if (found.Trial is { } trial)
            terminal.Line($"  compression={trial.Compression.Name}: {Signed(trial.SavedBytes)}{Estimate(trial.IsExact)}");
    }

    private static string Total(LayerTotal total) => $"{Text.Count(total.Count, "layer")}, {Text.Size(total.Bytes)}";

    private static string Estimate(bool isExact) => isExact ? "" : " (estimate from a sample)";

    private static string Signed(long bytes) => bytes < 0 ? $"-{Text.Size(-bytes)}" : Text.Size(bytes);
}
