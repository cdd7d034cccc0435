namespace RegistryCache;

/// <summary>A record that two caches have.</summary>
/// <param name="Left">The record in the first cache.</param>
/// <param name="Right">The record in the second cache; of several, the first with a result.</param>
/// <param name="Outcome">How their results compare.</param>
public sealed record ComparedRecord(CacheRecord Left, CacheRecord Right, ComparedResult Outcome)
{
    /// <summary>The layers that differ, base first: what the two chains have above their common lower part, position by position. A side is
    /// <see langword="null"/> where its chain is shorter. Empty unless both have a result.</summary>
    public IReadOnlyList<(CacheLayer? Left, CacheLayer? Right)> FindLayers()
    {
        if (Left.NewestResult?.Chain?.ToLayers() is not { } left || Right.NewestResult?.Chain?.ToLayers() is not { } right)
            return [];
        var common = 0;
        while (common < left.Count && common < right.Count && left[common].Digest == right[common].Digest)
            common++;
        return [.. Enumerable.Range(common, Math.Max(left.Count, right.Count) - common)
            .Select(i => (left.ElementAtOrDefault(i), right.ElementAtOrDefault(i)))];
    }
}
