namespace RegistryCache.Peers.Reports;

/// <summary>Median, least and greatest of several measured values.</summary>
internal sealed record Spread(double Median, double Min, double Max)
{
    /// <param name="values">At least one value.</param>
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }
}
