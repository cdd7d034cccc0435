namespace RegistryCache.Core.Pictures;

/// <summary>Sorts values into steps of a colour scale, by their place between the least and the largest.</summary>
internal sealed class ColourScale
{
    /// <summary>The number of colours in picture.css.</summary>
    public const int Steps = 7;

    private readonly double _least;
    private readonly double _range;

    public ColourScale(IEnumerable<double> values)
    {
        List<double> all = [.. values];
        _least = all.Count == 0 ? 0 : all.Min();
        _range = all.Count == 0 ? 0 : all.Max() - _least;
    }

    /// <summary>0 for the least, <see cref="Steps"/> − 1 for the largest value. If all are equal, they are large.</summary>
    public int StepOf(double value) => _range <= 0 ? Steps - 1 : Math.Min(Steps - 1, (int)((value - _least) / _range * Steps));

    /// <summary>Sizes differ by powers.</summary>
    public static double OfSize(long bytes) => Math.Log10(1 + Math.Max(0, bytes));
}
