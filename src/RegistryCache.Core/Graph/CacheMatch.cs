using System.Collections.Immutable;
using RegistryCache.Core.Graph;

namespace RegistryCache;

/// <summary>The records that a look-up found. Without a result it is not a hit, but later steps can still be found. Immutable.</summary>
public sealed class CacheMatch
{
    internal CacheMatch(ImmutableArray<CacheRecord> records) => Records = records;

    /// <summary>No record.</summary>
    public static CacheMatch None { get; } = new([]);

    /// <summary>The records, in the order of the graph; several when the same step is known with different ancestries.</summary>
    public ImmutableArray<CacheRecord> Records { get; }

    /// <summary>Whether a record was found, with or without a result.</summary>
    public bool IsMatch => !Records.IsEmpty;

    /// <summary>BuildKit's choice: the newest result of any source, the first of equal ones; <see langword="null"/> for none.</summary>
    public CacheResult? NewestResult => ResultOrder.ByDate.Best(AllResults);

    /// <summary>The results of all records, newest first, equals in the order of the graph. Each can give the step's output.</summary>
    public IReadOnlyList<CacheResult> Results => [.. ResultOrder.ByDate.Sort(AllResults.Distinct())];

    internal IEnumerable<CacheResult> AllResults => Records.SelectMany(r => r.Results);
}
