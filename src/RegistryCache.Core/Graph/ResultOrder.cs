namespace RegistryCache.Core.Graph;

/// <summary>Which of several results of one step wins: that of the most trusted source, then one that is not dated in the future, then the
/// newest. BuildKit compares only the date. See docs/adr/0073-which-result-wins.md.</summary>
internal sealed class ResultOrder : IComparer<CacheResult?>
{
    private readonly CacheTime? _horizon;

    // A new result is dated just after the newest one, so one step after the horizon is not the future.
    private readonly CacheTime? _latest;

    public ResultOrder(CacheTime horizon) => (_horizon, _latest) = (horizon, horizon.Next());

    private ResultOrder()
    {
    }

    /// <summary>BuildKit's order: the newest first, whatever its source and the present time.</summary>
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

    /// <summary>A date for a new result: later than every present result that is not dated in the future.</summary>
    public CacheTime After(CacheTime now, IEnumerable<CacheResult> present)
    {
        foreach (var result in present)
        {
            if (result.CreatedAt >= now && !(result.CreatedAt > _horizon))
                now = result.CreatedAt.Next();
        }

        return now;
    }

    /// <summary>A result that was made here, with a date that wins over what a cache has. The same layers keep their date there.</summary>
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
