using System.Globalization;
using RegistryCache.Peers.Processes;
using RegistryCache.Peers.Reports;

namespace RegistryCache.Peers.Jobs;

/// <summary>
/// Runs all programs of a job in turns, A B C A B C, so that whatever else the machine does hits all of them. One turn before the first
/// warms the page cache up and is not counted.
/// </summary>
internal sealed class JobRunner(int runs)
{
    /// <summary>A program that needs longer is measured once.</summary>
    private const double Patience = 30;

    public async Task<JobResult> RunAsync(IJob job, PreparedJob prepared)
    {
        var measured = prepared.Cases.ToDictionary(@case => @case, _ => new List<Measurement>());
        var outputs = new Dictionary<Case, long?>();
        var failures = new Dictionary<Case, string>();
        for (var turn = runs == 1 ? 1 : 0; turn <= runs; turn++)
        {
            foreach (var @case in prepared.Cases.Where(c => !failures.ContainsKey(c) && measured[c].All(m => m.Seconds < Patience)))
            {
                try
                {
                    await @case.Before();
                    var measurement = await @case.Command.RunAsync();
                    outputs[@case] = @case.After();
                    if (turn > 0 || measurement.Seconds >= Patience)
                        measured[@case].Add(measurement);
                    await Console.Error.WriteLineAsync(string.Create(
                        CultureInfo.InvariantCulture, $"{job.Name} {turn}/{runs} {@case.Program}: {measurement.Seconds:F2} s"));
                }
                catch (ProgramFailedException e)
                {
                    failures[@case] = e.Message;
                    await Console.Error.WriteLineAsync($"{job.Name} {@case.Program}: {e.Message}");
                }
            }
        }

        var rows = prepared.Cases.Select(c => ToRow(c, measured[c], outputs.GetValueOrDefault(c), failures.GetValueOrDefault(c)));
        return new JobResult(job.Name, job.Description, [.. rows]);
    }

    private static Row ToRow(Case @case, List<Measurement> measured, long? output, string? failure) =>
        measured.Count == 0 || failure is not null
        ? new Row(@case.Program, @case.Role, 0, null, null, 0, null, failure ?? "no run succeeded")
        : new Row(
            @case.Program, @case.Role, measured.Count, Spread.Of(measured.Select(m => m.Seconds)),
            Spread.Of(measured.Select(m => m.ProcessorSeconds)),
            measured.Max(m => m.PeakBytes), output);
}
