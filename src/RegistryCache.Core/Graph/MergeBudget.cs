namespace RegistryCache.Core.Graph;

/// <summary>Counts the steps of merging, so that hostile input ends in an error instead of hours of work.</summary>
internal sealed class MergeBudget(long limit)
{
    private long _spent;

    public void Spend(long steps = 1)
    {
        _spent += steps;
        if (_spent > limit)
            throw new LimitExceededException("The work of merging equal cache records", "CacheFormatLimits.MaxMergeSteps", limit);
    }
}
