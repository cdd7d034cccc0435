using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Commands;

/// <summary>Shows a plan, or does what it says and shows that.</summary>
internal static class PruneRun
{
    public static async Task<ExitCode> RunAsync(
        CommandRun run, BuildCache cache, PrunePlan plan, bool isDry, CancellationToken cancellationToken)
    {
        var terminal = run.Terminal;
        var report = isDry || plan.IsEmpty ? null : await cache.PruneAsync(plan, cancellationToken);
        foreach (var (tag, reason) in plan.Skipped)
            terminal.Note($"note: skipped. {reason}", about: tag);
        foreach (var warning in report?.Warnings ?? plan.Warnings)
            terminal.Note($"warning: {warning}");
        foreach (var tag in report?.Tags.Where(t => !t.IsDone) ?? [])
        {
            var problem = tag.Error is { } error ? ErrorLine.Of(error) : $"error: {tag.Reason ?? "another writer changed the tag"}";
            terminal.Note(problem, about: tag.Name);
        }

        if (run.IsJson)
            PruneJson.Write(plan, report, terminal.Output);
        else
            PruneText.Write(plan, report, terminal);
        return report?.IsComplete == false ? ExitCode.Failed : ExitCode.Done;
    }
}
