namespace RegistryCache.Core.Graph;

/// <summary>Which of several results of one step wins: that of the most trusted source, then one that is not dated in the future, then the
/// newest. BuildKit compares only the date. All code that compares results uses this type. See
/// docs/adr/0073-which-result-wins.md.</summary>
internal sealed class ResultOrder : IComparer<CacheResult?>
{
    private readonly CacheTime? _horizon;

    // A result that is dated after one at the horizon is not from the future either.
    private readonly CacheTime? _latest;

    public ResultOrder(CacheTime horizon) => (_horizon, _latest) = (horizon, horizon.Next());

    private ResultOrder()
    {
    }

    /// <summary>BuildKit's order: the newest first, whatever source it is from and whatever time it is now.</summary>
    public static ResultOrder ByDate { get; } = new();

    public static ResultOrder At(DateTimeOffset now, TimeSpan skew) => new(CacheTime.From(now + skew));

    public int Compare(CacheResult? x, CacheResult? y)
    {
        if (x is null || y is null)
            return (x is null ? 1 : 0) - (y is null ? 1 : 0);
        var byRank = _horizon is null ? 0 : x.Rank.CompareTo(y.Rank);
        return byRank != 0 ? byRank : CompareDates(x, y);
    }

    /// <summary>The winner, the first of equal ones; <see langword="null"/> when there is none.</summary>
    public CacheResult? Best(IEnumerable<CacheResult> results)
    {
        CacheResult? best = null;
        foreach (var result in results)
        {
            if (Compare(result, best) < 0)
                best = result;
        }

        return best;
    }

    /// <summary>The winner first, equal ones in their order.</summary>
    public IEnumerable<CacheResult> Sort(IEnumerable<CacheResult> results) => results.Order(this);

    /// <summary>The result of a less trusted source that would have won by its date, or <see langword="null"/>.</summary>
    public CacheResult? Overruled(CacheResult best, IEnumerable<CacheResult> results) =>
        results.Where(r => r.Rank > best.Rank && best.Rank >= 0 && CompareDates(r, best) < 0)
            .Order(Comparer<CacheResult>.Create(CompareDates)).FirstOrDefault();

    /// <summary>A date for a new result, so it is found before an existing one: later than that, unless that is in the future.</summary>
    public CacheTime After(CacheTime now, IEnumerable<CacheResult> present)
    {
        foreach (var result in present)
        {
            if (result.CreatedAt >= now && !(result.CreatedAt > _horizon))
                now = result.CreatedAt.Next();
        }

        return now;
    }

    /// <summary>What this process made, dated so that it is found before what a cache holds of the same step. The same layers keep the date
    /// that they have there.</summary>
    public CacheResult Settle(CacheResult made, IReadOnlyCollection<CacheResult> present)
    {
        made = made with { Rank = 0 };
        if (Best(present) is not { } best || Compare(best, made) > 0)
            return made;
        var date = LayerChain.HaveSameLayers(best.Chain, made.Chain) ? best.CreatedAt : After(made.CreatedAt, present);
        return made with { CreatedAt = date };
    }

    private int CompareDates(CacheResult x, CacheResult y)
    {
        var byFuture = (x.CreatedAt > _latest).CompareTo(y.CreatedAt > _latest);
        return byFuture != 0 ? byFuture : y.CreatedAt.CompareTo(x.CreatedAt);
    }
}
