using System.Collections;
using System.Diagnostics;

namespace RegistryCache.Peers.Processes;

/// <summary>A program with its arguments.</summary>
/// <param name="Arguments">The program, then its arguments.</param>
/// <param name="Environment">Variables in addition to our own.</param>
internal sealed record Command(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string>? Environment = null)
{
    public static Command Of(params string[] arguments) => new(arguments);

    /// <summary>A pipeline, with values as <c>$1</c>, <c>$2</c> and so on. It fails if any of its programs fails.</summary>
    public static Command Shell(string script, params string[] values) =>
        new(["bash", "-c", "set -o pipefail; " + script, "bash", .. values]);

    /// <summary>Runs the program to its end.</summary>
    /// <exception cref="ProgramFailedException">Its exit code is not 0.</exception>
    public async Task<Measurement> RunAsync()
    {
        var output = Path.GetTempFileName();
        var error = Path.GetTempFileName();
        try
        {
            using var own = Process.GetCurrentProcess();
            var ownPeak = own.PeakWorkingSet64;
            var clock = Stopwatch.StartNew();
            var id = NativeProcess.Start([Find(Arguments[0]), .. Arguments.Skip(1)], Variables(), output, error);
            var end = Task.Factory.StartNew(
                () => (Result: NativeProcess.Wait(id), clock.Elapsed), CancellationToken.None,
                TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var seen = await PeakMemory.WatchAsync(id, end);
            var ((exitCode, processorSeconds, peak), elapsed) = await end;
            return exitCode == 0
                ? new Measurement(elapsed.TotalSeconds, processorSeconds, peak > ownPeak ? Math.Max(peak, seen) : seen)
                : throw new ProgramFailedException($"{Arguments[0]} ended with {exitCode}: {await LastLineAsync(error)}");
        }
        finally
        {
            File.Delete(output);
            File.Delete(error);
        }
    }

    private static async Task<string> LastLineAsync(string file) =>
        (await File.ReadAllLinesAsync(file)).LastOrDefault(line => line.Trim().Length > 0) ?? "no message";

    // The C library would look in the PATH that this process was started with.
    private static string Find(string program) => program.Contains('/') ? program
        : (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program)).First(File.Exists);

    private IEnumerable<string> Variables()
    {
        var own = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(variable => Environment?.ContainsKey((string)variable.Key) != true)
            .Select(variable => $"{variable.Key}={variable.Value}");
        return own.Concat((Environment ?? new Dictionary<string, string>()).Select(variable => $"{variable.Key}={variable.Value}"));
    }
}
