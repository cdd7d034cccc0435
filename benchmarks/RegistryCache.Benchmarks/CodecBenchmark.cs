using System.Diagnostics;
using System.Globalization;
using RegistryCache.Compression.EStargz;
using RegistryCache.Compression.Gzip;
using RegistryCache.Compression.Zstd;
using RegistryCache.Core.Layers;
using RegistryCache.Layers;

namespace RegistryCache.Benchmarks;

/// <summary>
/// Our codecs against pigz and zstd on one tar. The cases take turns, so that whatever else the machine does hits all of them; what
/// counts are the ratios of the medians. Our figures include both digests, and reading includes verifying them. Processor time stands
/// beside the clock because on a machine that others load the clock says more about them.
/// </summary>
internal sealed class CodecBenchmark
{
    private const string Null = "/dev/null";

    private readonly string _tar;
    private readonly string _directory;
    private readonly Dictionary<string, List<double>> _seconds = [];
    private readonly Dictionary<string, List<double>> _cpuSeconds = [];
    private readonly Dictionary<string, long> _sizes = [];
    private readonly Dictionary<string, Descriptor> _layers = [];

    private CodecBenchmark(string tar, string directory)
    {
        _tar = tar;
        _directory = directory;
    }

    public static async Task<int> RunAsync(string[] arguments)
    {
        var at = Array.IndexOf(arguments, "--runs");
        var runs = at >= 0 ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : 3;
        var directory = Directory.CreateTempSubdirectory("codecs-").FullName;
        try
        {
            var benchmark = new CodecBenchmark(await BenchmarkTar.GetAsync(arguments, directory), directory);
            await benchmark.WarmUpAsync();
            for (var run = 0; run < runs; run++)
                await benchmark.RunOnceAsync();
            benchmark.Print();
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task WarmUpAsync()
    {
        await using var tar = File.OpenRead(_tar);
        var sample = new byte[(int)Math.Min(tar.Length, 24 << 20)];
        await tar.ReadExactlyAsync(sample);
        foreach (var codec in LayerCodecs.All().Where(c => c.Levels is not null && c.Compression != LayerCompression.EStargz))
        {
            using var blob = new MemoryStream();
            var layer = await codec.EncodeAsync(new MemoryStream(sample), blob, new LayerEncodeOptions(), CancellationToken.None);
            await ReadAsync(layer.ToDescriptor(), BlobSource.FromBytes(blob.ToArray()));
        }
    }

    private async Task RunOnceAsync()
    {
        await MeasureAsync("pigz -p2 -6", () => ToolAsync("pigz", $"-p2 -6 -c '{_tar}'", "pigz"));
        await MeasureAsync("our gzip 6", () => EncodeAsync(new GzipCodec(), level: null));
        await MeasureAsync("zstd -3 -T2", () => ToolAsync("zstd", $"-3 -T2 -q -c '{_tar}'", "zstd"));
        await MeasureAsync("our zstd 3", () => EncodeAsync(new ZstdCodec(), level: null));
        await MeasureAsync("our estargz 6", () => EncodeAsync(new EStargzCodec(), level: null));
        await MeasureAsync("pigz -dc", () => ToolAsync("pigz", $"-dc '{BlobPath("pigz")}'", output: null));
        await MeasureAsync("our gzip reading", () => ReadAsync(_layers["gzip"], BlobSource.FromFile(BlobPath("gzip"))));
        await MeasureAsync("zstd -dc", () => ToolAsync("zstd", $"-dc -q '{BlobPath("zstd")}'", output: null));
        await MeasureAsync("our zstd reading", () => ReadAsync(_layers["zstd.ours"], BlobSource.FromFile(BlobPath("zstd.ours"))));
        await MeasureAsync("our estargz reading", () => ReadAsync(_layers["estargz"], BlobSource.FromFile(BlobPath("estargz"))));
    }

    private async Task MeasureAsync(string name, Func<Task<long>> work)
    {
        var cpu = ProcessorTime.Now();
        var clock = Stopwatch.StartNew();
        _sizes[name] = await work();
        var seconds = clock.Elapsed.TotalSeconds;
        var cpuSeconds = ProcessorTime.Now() - cpu;
        Record(_seconds, name, seconds);
        Record(_cpuSeconds, name, cpuSeconds);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {seconds:F2} s, {cpuSeconds:F2} s of processor"));
    }

    private static void Record(Dictionary<string, List<double>> all, string name, double value)
    {
        if (!all.TryGetValue(name, out var values))
            all[name] = values = [];
        values.Add(value);
    }

    private async Task<long> ToolAsync(string tool, string arguments, string? output)
    {
        var path = output is null ? Null : BlobPath(output);
        using var process = Process.Start("sh", ["-c", $"exec {tool} {arguments} > '{path}'"]);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{tool} failed; it must be installed.");
        return output is null ? 0 : new FileInfo(path).Length;
    }

    private async Task<long> EncodeAsync(ILayerCodec codec, int? level)
    {
        var name = codec.Compression == LayerCompression.Zstd ? "zstd.ours" : codec.Compression.Name;
        await using var tar = new FileStream(_tar, new FileStreamOptions { BufferSize = 0, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        await using var blob = new FileStream(BlobPath(name), new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous });
        var layer = await codec.EncodeAsync(tar, blob, new LayerEncodeOptions { Level = level }, CancellationToken.None);
        _layers[name] = layer.ToDescriptor();
        return layer.Size;
    }

    private static async Task<long> ReadAsync(Descriptor layer, BlobSource blob)
    {
        await using var content = await LayerReader.OpenAsync(layer, blob, new LayerCodecSet(LayerCodecs.All()), limits: null, CancellationToken.None);
        var buffer = new byte[256 * 1024];
        while (await content.ReadAsync(buffer) > 0)
        {
            // Reading verifies; nothing else is to be measured.
        }

        return 0;
    }

    private void Print()
    {
        var length = new FileInfo(_tar).Length;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{length / 1048576.0:F0} MiB of tar, {Environment.ProcessorCount} cores, median of {_seconds.First().Value.Count}"));
        Console.WriteLine();
        Console.WriteLine("| case | seconds | processor seconds | MiB/s | size |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var name in _seconds.Keys)
        {
            var size = _sizes[name] == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{(double)_sizes[name] / length:F4}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {Median(name):F2} | {CpuMedian(name):F2} | {length / 1048576.0 / Median(name):F0} | {size} |"));
        }

        Console.WriteLine();
        Console.WriteLine("| ratio | wanted | by the clock | by processor time |");
        Console.WriteLine("|---|---|---|---|");
        SpeedRatio("our gzip 6", "pigz -p2 -6", "≥ 2");
        SizeRatio("our gzip 6", "pigz -p2 -6", "≤ 1.01");
        SpeedRatio("our zstd 3", "zstd -3 -T2", "≥ 0.7");
        SizeRatio("our zstd 3", "zstd -3 -T2", "");
        SpeedRatio("our gzip reading", "pigz -dc", "≥ 1.7");
        SpeedRatio("our estargz 6", "our gzip 6", "≥ 0.7");
    }

    private void SpeedRatio(string ours, string theirs, string wanted) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {ours} : {theirs}, speed | {wanted} | {Median(theirs) / Median(ours):F3} | {CpuMedian(theirs) / CpuMedian(ours):F3} |"));

    private void SizeRatio(string ours, string theirs, string wanted) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {ours} : {theirs}, size | {wanted} | {(double)_sizes[ours] / _sizes[theirs]:F4} | |"));

    private double Median(string name) => MedianOf(_seconds[name]);

    private double CpuMedian(string name) => MedianOf(_cpuSeconds[name]);

    private static double MedianOf(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private string BlobPath(string name) => Path.Combine(_directory, name);
}
