using System.Diagnostics;
using System.Globalization;
using System.Runtime;

namespace RegistryCache.Benchmarks;

/// <summary>How long the first export and import of a process take, against later ones: what the runtime compiles, and what the SDK makes
/// once. Each line is for a process of its own, if the command is started again for it.</summary>
internal static class FirstCalls
{
    private const int Calls = 100;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var directory = Directory.CreateTempSubdirectory("first-calls-").FullName;
        try
        {
            var folder = Directory.CreateDirectory(Path.Combine(directory, "folder")).FullName;
            for (var i = 0; i < 10; i++)
                await File.WriteAllTextAsync(Path.Combine(folder, $"file{i}"), new string((char)('a' + i), 10_000));
            var (exports, imports) = (new List<double>(), new List<double>());
            var before = JitInfo.GetCompilationTime().TotalMilliseconds;
            var compiled = (Methods: 0L, Milliseconds: 0.0);
            for (var call = 0; call < Calls; call++)
            {
                var place = arguments is ["--registry", var host]
                    ? $"type=registry,ref={host}/first/calls:{Environment.ProcessId}-{call}"
                    : $"type=local,dest={directory}/{call}";
                if (call == 1)
                    compiled = (JitInfo.GetCompiledMethodCount(), JitInfo.GetCompilationTime().TotalMilliseconds);
                exports.Add(await MeasureAsync(() => ExportAsync(place + ",mode=max", folder, call)));
                imports.Add(await MeasureAsync(() => ImportAsync(place.Replace(",dest=", ",src=", StringComparison.Ordinal))));
            }

            Console.WriteLine("| call | first | second | tenth | median of the last ten |");
            Console.WriteLine("|---|---|---|---|---|");
            Show("export, ms", exports);
            Show("import, ms", imports);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"\nThe runtime compiled {compiled.Methods} methods for the first calls, in {compiled.Milliseconds - before:F0} ms."));
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<double> MeasureAsync(Func<Task> call)
    {
        var clock = Stopwatch.StartNew();
        await call();
        return clock.Elapsed.TotalMilliseconds;
    }

    private static async Task ExportAsync(string target, string folder, int call)
    {
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
        await using var session = await cache.OpenSessionAsync([]);
        var step = CacheStep.Define("first.calls.v1").With("call", call.ToString(CultureInfo.InvariantCulture));
        await session.RecordAsync(step, LayerSource.FromDirectory(folder));
        await session.ExportAsync(target);
    }

    private static async Task ImportAsync(string source)
    {
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
        await cache.CreateImporter(source).ImportAsync();
    }

    private static void Show(string name, List<double> milliseconds)
    {
        double[] last = [.. milliseconds.TakeLast(10).Order()];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {milliseconds[0]:F1} | {milliseconds[1]:F1} | {milliseconds[9]:F1} | {(last[4] + last[5]) / 2:F1} |"));
    }
}
