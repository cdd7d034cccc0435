namespace RegistryCache;

/// <summary>Which results go first until a cache is small enough. A result goes only after all results that are built on its layers,
/// because before that it would free nothing.</summary>
public enum PruneOrder
{
    /// <summary>The oldest. A result without a time, or dated in the future, counts as older than all others.</summary>
    OldestFirst = 0,

    /// <summary>The one that frees most; of equal ones the oldest.</summary>
    LargestFirst = 1,
}
