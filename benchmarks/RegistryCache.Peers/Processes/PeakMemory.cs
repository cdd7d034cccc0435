using System.Globalization;

namespace RegistryCache.Peers.Processes;

/// <summary>
/// The peak memory of a process and its children, read from /proc again and again. Linux counts the memory of the program that started a
/// process as memory of that process, so <c>wait4</c> knows the peak only where it is above our own.
/// </summary>
internal static class PeakMemory
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(4);

    /// <summary>Reads until the task ends.</summary>
    /// <returns>Bytes; 0 if the process ended before the first reading.</returns>
    public static async Task<long> WatchAsync(int process, Task end)
    {
        long peak = 0;
        while (!end.IsCompleted)
        {
            peak = Math.Max(peak, Read(process));
            await Task.WhenAny(end, Task.Delay(Interval));
        }

        return peak;
    }

    private static long Read(int process)
    {
        try
        {
            var folder = $"/proc/{process.ToString(CultureInfo.InvariantCulture)}";
            var line = File.ReadLines($"{folder}/status").FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            var own = line is null ? 0 : long.Parse(line["VmHWM:".Length..^" kB".Length], CultureInfo.InvariantCulture) * 1024;
            var children = File.ReadAllText($"{folder}/task/{process.ToString(CultureInfo.InvariantCulture)}/children");
            return own + children.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Sum(child => Read(int.Parse(child, CultureInfo.InvariantCulture)));
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
