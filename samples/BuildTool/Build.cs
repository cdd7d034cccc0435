using System.Collections.Concurrent;
using System.Diagnostics;
using RegistryCache;

namespace BuildTool;

/// <summary>Runs or restores every task, in parallel where they do not depend on each other, and exports the build.</summary>
internal sealed class Build(BuildCache cache, string source, string target)
{
    public async Task<BuildResult> RunAsync(string title, Workspace workspace, CancellationToken cancellationToken)
    {
        Console.WriteLine($"\n{title}");
        var watch = Stopwatch.StartNew();
        await using var session = await cache.OpenSessionAsync([source], cancellationToken);
        var tasks = await workspace.PlanAsync(session, cancellationToken);
        var runs = new ConcurrentDictionary<BuildTask, Lazy<Task<StepRun>>>();
        await Task.WhenAll(tasks.Select(StartAsync));
        foreach (var task in tasks)
            Console.WriteLine($"  {Word(await runs[task].Value),-24}{task.Name}");

        var report = await session.ExportAsync(target, cancellationToken);
        var done = await Task.WhenAll(runs.Values.Select(r => r.Value));
        var result = new BuildResult(done.Count(r => !r.WasRestored), done.Count(r => r.WasRestored), done.Count(r => r.IsByContent));
        Console.WriteLine($"  → {result.Ran} run, {result.Restored} restored, {report.BytesSent} bytes sent, "
            + $"{watch.ElapsedMilliseconds} ms");
        return result;

        #region run
        Task<StepRun> StartAsync(BuildTask task) => runs.GetOrAdd(task, t => new Lazy<Task<StepRun>>(async () =>
        {
            await Task.WhenAll(t.After.Select(StartAsync));
            return await session.RestoreOrRunAsync(t.Step, t.Output, _ => t.Run(), cancellationToken);
        })).Value;
        #endregion
    }

    /// <summary>Why a task would run now.</summary>
    public async Task<string> ExplainAsync(Workspace workspace, string name, CancellationToken cancellationToken)
    {
        await using var session = await cache.OpenSessionAsync([source], cancellationToken);
        var tasks = await workspace.PlanAsync(session, cancellationToken);
        return session.Explain(tasks.Single(t => t.Name == name).Step).ToString();
    }

    private static string Word(StepRun run) => run switch
    {
        { WasRestored: false } => "run",
        { IsByContent: true } => "restored (same bytes)",
        _ => "restored",
    };
}
