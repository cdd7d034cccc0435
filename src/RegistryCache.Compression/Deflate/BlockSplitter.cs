namespace RegistryCache.Compression.Deflate;

/// <summary>Whether what comes next is coded better with codes of its own.</summary>
internal static class BlockSplitter
{
    /// <summary>What a block of its own costs for its codes: some seventy bytes.</summary>
    private const long HeaderCost = 560L << Entropy.FractionBits;

    /// <summary>Whether two runs cost less in one block each than together.</summary>
    public static bool ShouldSplit(SymbolCounts block, SymbolCounts next) =>
        Cost(block.Literals, next.Literals) + Cost(block.Distances, next.Distances) > HeaderCost;

    /// <summary>The bits that coding two counts with one code costs over a code for each.</summary>
    private static long Cost(int[] a, int[] b)
    {
        var (sumA, sumB) = (0L, 0L);
        var (cost, costA, costB) = (0L, 0L, 0L);
        for (var i = 0; i < a.Length; i++)
        {
            var (countA, countB) = (a[i], b[i]);
            if (countB == 0)
            {
                // The same term on both sides.
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
