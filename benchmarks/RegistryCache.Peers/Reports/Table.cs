using System.Globalization;
using System.Text;

namespace RegistryCache.Peers.Reports;

/// <summary>Prints the result of a job as a table for people: as text with columns of equal width, or as Markdown.</summary>
internal static class Table
{
    private static readonly string[] Columns = ["program", "seconds", "min–max", "CPU s", "peak MiB", "output MiB", "of best peer", "runs"];

    public static string Text(JobResult job)
    {
        var lines = Cells(job).Prepend(Columns).ToArray();
        var widths = Enumerable.Range(0, Columns.Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        var text = new StringBuilder().Append(job.Name).Append(": ").AppendLine(job.Description);
        foreach (var line in lines)
            text.AppendLine(("  " + string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column])))).TrimEnd());
        return Failures(job, text, "  ").ToString();
    }

    public static string Markdown(JobResult job)
    {
        var text = new StringBuilder().Append("### ").AppendLine(job.Name).AppendLine(job.Description).AppendLine();
        foreach (var line in Cells(job).Prepend(Enumerable.Repeat("---", Columns.Length).ToArray()).Prepend(Columns))
            text.Append("| ").AppendJoin(" | ", line).AppendLine(" |");
        return Failures(job, text.AppendLine(), "").ToString();
    }

    private static StringBuilder Failures(JobResult job, StringBuilder text, string indent)
    {
        foreach (var row in job.Rows.Where(row => row.Failure is not null))
            text.Append(indent).Append(row.Program).Append(" failed: ").AppendLine(row.Failure);
        return text;
    }

    private static IEnumerable<string[]> Cells(JobResult job) => job.Rows.Where(row => row.Seconds is not null).Select(row => new[]
    {
        row.Program + (row.Role == Role.Limit ? " (limit)" : ""),
        Number(row.Seconds!.Median, "F2"),
        $"{Number(row.Seconds.Min, "F2")}–{Number(row.Seconds.Max, "F2")}",
        Number(row.ProcessorSeconds!.Median, "F2"),
        row.PeakBytes == 0 ? "–" : Number(row.PeakBytes / 1048576.0, "F0"),
        row.Output is { } output ? Number(output / 1048576.0, "F1") : "–",
        job.Ratio(row) is { } ratio ? Number(ratio, "F2") + "×" : "–",
        row.Runs.ToString(CultureInfo.InvariantCulture),
    });

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
