using RegistryCache.Core.Content;

namespace RegistryCache.Core.Graph;

/// <summary>
/// Which of several results of one step wins: that of the most trusted source, then one that is not dated in the future, then the
/// newest. BuildKit looks at the date alone. See docs/adr/0073-which-result-wins.md.
/// </summary>
/// <param name="horizon">The latest date that is not from the future.</param>
internal sealed class ResultOrder(CacheTime horizon) : IComparer<CacheResult>
{
    // A result that is dated after one at the horizon is not from the future either.
    private readonly CacheTime _latest = horizon.Next();

    /// <param name="now">The time now.</param>
    /// <param name="skew">How far other machines' clocks may be ahead of ours.</param>
    public static ResultOrder At(DateTimeOffset now, TimeSpan skew) => new(CacheTime.From(now + skew));

    /// <summary>Less than 0 when the first comes before the second.</summary>
    public int Compare(CacheResult? x, CacheResult? y)
    {
        if (x is null || y is null)
            return (x is null ? 1 : 0) - (y is null ? 1 : 0);
        var byRank = x.Rank.CompareTo(y.Rank);
        return byRank != 0 ? byRank : CompareDates(x, y);
    }

    /// <summary>The winner, the first of equals; <see langword="null"/> of none.</summary>
    public CacheResult? Best(IEnumerable<CacheResult> results) => results.Order(this).FirstOrDefault();

    /// <summary>The winner first, equals in the order they came in.</summary>
    public IEnumerable<CacheResult> Sort(IEnumerable<CacheResult> results) => results.Order(this);

    /// <summary>The result of a less trusted source that would have won by its date, or <see langword="null"/>.</summary>
    public CacheResult? Overruled(CacheResult best, IEnumerable<CacheResult> results) =>
        results.Where(r => r.Rank > best.Rank && best.Rank >= 0 && CompareDates(r, best) < 0)
            .Order(Comparer<CacheResult>.Create(CompareDates)).FirstOrDefault();

    /// <summary>A date at which a result made now is found before one that is there: after it, unless that is from the future.</summary>
    public CacheTime After(CacheTime now, IEnumerable<CacheResult> present)
    {
        foreach (var result in present)
        {
            if (result.CreatedAt >= now && result.CreatedAt <= horizon)
                now = result.CreatedAt.Next();
        }

        return now;
    }

    private int CompareDates(CacheResult x, CacheResult y)
    {
        var byFuture = (x.CreatedAt > _latest).CompareTo(y.CreatedAt > _latest);
        return byFuture != 0 ? byFuture : y.CreatedAt.CompareTo(x.CreatedAt);
    }
}
