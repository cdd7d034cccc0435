using System.Globalization;

namespace RegistryCache.Peers;

/// <summary>What the command line asks for.</summary>
/// <param name="Jobs">Names of jobs, or the starts of names. Empty: all.</param>
/// <param name="Runs">How many measured runs of each program.</param>
/// <param name="Scale">The size of all data, as a part of the full size.</param>
/// <param name="Directory">Where data, registry and results of the programs are. It should be a RAM disk.</param>
/// <param name="Json">The file for the result as JSON.</param>
/// <param name="Markdown">The file for the result as Markdown.</param>
/// <param name="Builds">Whether our tool is built first.</param>
/// <param name="History">A directory with states of one folder, for the job <c>history</c>.</param>
internal sealed record PeersOptions(
    IReadOnlyList<string> Jobs, int Runs = 5, double Scale = 1, string? Directory = null,
    string? Json = null, string? Markdown = null, bool Builds = true, string? History = null)
{
    public const string Usage = """
        usage: RegistryCache.Peers [JOB...] [--runs N] [--scale N] [--directory DIRECTORY] [--json FILE] [--markdown FILE] [--no-build]
                                   [--history DIRECTORY]
          JOB          the name of a job, or the start of names: push, layers, slow-pull. All jobs without one
          --runs       measured runs of each program; 5 by default. The programs take turns
          --scale      part of the full size of the data; 1 by default, 0.01 to try
          --directory  where data and registry are; a RAM disk, /dev/shm by default
          --history    for the job history: subdirectories that are the states of one folder, in the order of their names
          --no-build   measures the tool as it was built before
        """;

    /// <exception cref="FormatException">An option is unknown or has no value.</exception>
    public static PeersOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new PeersOptions([]);
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--no-build" => options with { Builds = false },
                "--runs" => options with { Runs = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--scale" => options with { Scale = double.Parse(Value(), CultureInfo.InvariantCulture) },
                "--directory" => options with { Directory = Value() },
                "--history" => options with { History = Value() },
                "--json" => options with { Json = Value() },
                "--markdown" => options with { Markdown = Value() },
                ['-', ..] unknown => throw new FormatException($"Unknown option '{unknown}'."),
                var job => options with { Jobs = [.. options.Jobs, job] },
            };

            string Value() => ++i < arguments.Count ? arguments[i] : throw new FormatException($"{arguments[i - 1]} needs a value.");
        }

        return options.Runs >= 1 && options.Scale > 0
            ? options
            : throw new FormatException("--runs must be at least 1, and --scale above 0.");
    }

    /// <summary>Whether the job is asked for.</summary>
    public bool Wants(string job) => Jobs.Count == 0 || Jobs.Any(name => job.StartsWith(name, StringComparison.Ordinal));
}
