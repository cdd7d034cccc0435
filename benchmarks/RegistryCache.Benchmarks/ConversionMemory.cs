using System.Diagnostics;
using System.Globalization;
using RegistryCache.Core.Layers;

namespace RegistryCache.Benchmarks;

/// <summary>Converts one large layer between every pair of codecs and prints the peak memory of the whole process.</summary>
internal static class ConversionMemory
{
    private const long DefaultLength = 2L << 30;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var at = Array.IndexOf(arguments, "--bytes");
        var length = at >= 0 ? long.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : DefaultLength;
        using var workers = new LayerWorkers();
        var converter = new LayerConverter(new LayerCodecSet(LayerCodecs.All()), new LayerOptions { Workers = workers });
        Console.WriteLine("| from | to | seconds | bytes before | bytes after | peak RSS MiB so far |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var from in LayerCodecs.All())
        {
            await using var tar = new SyntheticTar(length);
            await using var source = await converter.EncodeAsync(tar, from.Compression, level: null, CancellationToken.None);
            foreach (var to in LayerCodecs.All().Where(codec => codec.Compression != from.Compression))
            {
                var clock = Stopwatch.StartNew();
                await using var result = await converter.ConvertAsync(
                    source.Descriptor, source.Source, new LayerConversionRequest(to.Compression, Force: true), CancellationToken.None);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {result.From} | {result.To} | {clock.Elapsed.TotalSeconds:F1} | {result.BytesBefore} | {result.BytesAfter} | {PeakMemory() >> 20} |"));
            }
        }

        return 0;
    }

    /// <summary>The high-water mark of resident memory, which Linux keeps.</summary>
    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
