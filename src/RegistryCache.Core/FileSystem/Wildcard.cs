namespace RegistryCache.Core.FileSystem;

/// <summary>Matches a row of items against a pattern in which some elements stand for any number of items.</summary>
internal static class Wildcard
{
    public static bool Matches(int patternLength, int itemCount, Func<int, bool> isStar, Func<int, int, bool> accepts)
    {
        var (pattern, item) = (0, 0);
        var (star, starItem) = (-1, 0);
        while (item < itemCount)
        {
            if (pattern < patternLength && isStar(pattern))
                (star, starItem, pattern) = (pattern, item, pattern + 1);
            else if (pattern < patternLength && accepts(pattern, item))
                (pattern, item) = (pattern + 1, item + 1);
            else if (star >= 0)
                (pattern, item) = (star + 1, ++starItem);
            else
                return false;
        }

        while (pattern < patternLength && isStar(pattern))
            pattern++;
        return pattern == patternLength;
    }
}
