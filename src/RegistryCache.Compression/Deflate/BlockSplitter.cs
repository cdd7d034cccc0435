namespace RegistryCache.Compression.Deflate;

/// <summary>Decides whether the next symbols are smaller with their own codes.</summary>
internal static class BlockSplitter
{
    /// <summary>The cost of the codes of one more block: about seventy bytes.</summary>
    private const long HeaderCost = 560L << Entropy.FractionBits;

    /// <summary>Whether two runs cost less in two blocks than in one.</summary>
    public static bool ShouldSplit(SymbolCounts block, SymbolCounts next) =>
        Cost(block.Literals, next.Literals) + Cost(block.Distances, next.Distances) > HeaderCost;

    /// <summary>How many more bits two counts need with one shared code than with one code each.</summary>
    private static long Cost(int[] a, int[] b)
    {
        var (sumA, sumB) = (0L, 0L);
        var (cost, costA, costB) = (0L, 0L, 0L);
        for (var i = 0; i < a.Length; i++)
        {
            var (countA, countB) = (a[i], b[i]);
            if (countB == 0)
            {
                // The term is the same on both sides.
                sumA += countA;
                continue;
            }

            sumA += countA;
            sumB += countB;
            cost -= Entropy.Weighted(countA + countB);
            costA -= Entropy.Weighted(countA);
            costB -= Entropy.Weighted(countB);
        }

        cost += Entropy.Weighted(sumA + sumB);
        costA += Entropy.Weighted(sumA);
        costB += Entropy.Weighted(sumB);
        return cost - costA - costB;
    }
}
