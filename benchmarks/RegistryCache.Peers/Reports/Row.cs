namespace RegistryCache.Peers.Reports;

/// <summary>All runs of one program in one job.</summary>
/// <param name="Program">Its name.</param>
/// <param name="Role">What it is in the comparison.</param>
/// <param name="Runs">How many runs succeeded.</param>
/// <param name="Seconds">Time by the clock. Null if no run succeeded.</param>
/// <param name="ProcessorSeconds">Processor time of the program alone.</param>
/// <param name="PeakBytes">The most memory of any run.</param>
/// <param name="Output">The size of what it wrote, where that differs between programs.</param>
/// <param name="Failure">Why it failed.</param>
internal sealed record Row(
    string Program, Role Role, int Runs, Spread? Seconds, Spread? ProcessorSeconds, long PeakBytes,
    long? Output = null, string? Failure = null);
