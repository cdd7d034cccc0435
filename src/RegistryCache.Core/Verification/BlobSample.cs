using System.Globalization;

namespace RegistryCache.Core.Verification;

/// <summary>Chooses some of many blobs. The same seed chooses the same of the same.</summary>
internal static class BlobSample
{
    /// <summary>So many percent of the blobs, rounded up.</summary>
    public static HashSet<Digest> Choose(IReadOnlyCollection<Digest> blobs, double percent, int seed)
    {
        var count = (int)Math.Ceiling(blobs.Count * percent / 100);
        return count == blobs.Count
            ? [.. blobs]
            : [.. blobs.OrderBy(d => Digest.OfText(string.Create(CultureInfo.InvariantCulture, $"{seed} {d}"))).Take(count)];
    }
}
