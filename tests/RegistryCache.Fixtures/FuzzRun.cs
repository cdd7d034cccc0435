using System.Diagnostics;
using System.Globalization;

namespace RegistryCache.Fixtures;

/// <summary>
/// The rounds of a random test. <c>REGISTRYCACHE_FUZZ_SECONDS</c> makes them go on for that long, <c>REGISTRYCACHE_FUZZ_SEED</c> sets
/// the first seed. Each round adds one to the seed, so the seed of a round that failed makes that round the first.
/// </summary>
public sealed class FuzzRun
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly int _first;
    private readonly int _least;
    private readonly int _seconds = Number("REGISTRYCACHE_FUZZ_SECONDS") ?? 0;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _nextReport = Interval;

    /// <summary>Starts a run and prints its first seed.</summary>
    /// <param name="least">The least number of rounds.</param>
    public FuzzRun(int least)
    {
        _least = least;
        _first = Number("REGISTRYCACHE_FUZZ_SEED") ?? Environment.TickCount;
        TestContext.Out.WriteLine($"seed {_first}");
    }

    /// <summary>The rounds so far, with the one that runs.</summary>
    public int Rounds { get; private set; }

    /// <summary>The seed of the round that runs.</summary>
    public int Seed => unchecked(_first + Rounds - 1);

    /// <summary>Chance in the round that runs.</summary>
    public Random Random { get; private set; } = new(0);

    /// <summary>Begins the next round.</summary>
    /// <returns>Whether there is one; if not, <see cref="Rounds"/> is the final count.</returns>
    public bool Next()
    {
        if (Rounds >= _least && _clock.Elapsed.TotalSeconds >= _seconds)
            return false;
        Rounds++;
        Random = new Random(Seed);
        if (_clock.Elapsed > _nextReport)
        {
            // Someone who waits for a long run wants to see how far it is, and what to repeat if it hangs.
            TestContext.Progress.WriteLine($"{TestContext.CurrentContext.Test.Name}: {Rounds} rounds from seed {_first}");
            _nextReport += Interval;
        }

        return true;
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : null;
}
