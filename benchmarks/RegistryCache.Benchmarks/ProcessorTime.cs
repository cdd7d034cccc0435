using System.Diagnostics;
using System.Globalization;

namespace RegistryCache.Benchmarks;

/// <summary>Processor time of this process and of the children that have ended, in seconds. Linux only, as the tools we compare with.</summary>
internal static class ProcessorTime
{
    /// <summary>The unit of /proc, the same on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Counted behind the name of the program, which may hold spaces: user and system time of waited-for children.</summary>
    private const int ChildUserField = 13;

    public static double Now()
    {
        using var process = Process.GetCurrentProcess();
        var stat = File.ReadAllText("/proc/self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var children = fields[ChildUserField..(ChildUserField + 2)].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
        return process.TotalProcessorTime.TotalSeconds + (children / TicksPerSecond);
    }
}
