namespace RegistryCache.Core.Graph;

/// <summary>The layers of several owners, such as the tags of a repository. Knows which layers only one of them has.</summary>
internal sealed class BlobOwners
{
    private readonly Dictionary<Digest, (long Size, int Owners)> _blobs = [];

    /// <param name="owners">The layers of each owner, without duplicates.</param>
    public BlobOwners(IEnumerable<IReadOnlyDictionary<Digest, long>> owners)
    {
        foreach (var (digest, size) in owners.SelectMany(blobs => blobs))
            _blobs[digest] = (size, _blobs.GetValueOrDefault(digest).Owners + 1);
    }

    /// <summary>How many different layers there are.</summary>
    public int Count => _blobs.Count;

    /// <summary>The size of all layers, each counted once.</summary>
    public long Size => _blobs.Values.Sum(b => b.Size);

    /// <summary>The size of the layers of one owner that no other owner has.</summary>
    public long OwnSizeOf(IReadOnlyDictionary<Digest, long> owner) => owner.Where(b => _blobs[b.Key].Owners == 1).Sum(b => b.Value);

    /// <summary>The different layers of some results with their sizes.</summary>
    public static IReadOnlyDictionary<Digest, long> BlobsOf(IEnumerable<CacheResult> results)
    {
        var blobs = new Dictionary<Digest, long>();
        foreach (var chain in CacheGraph.ChainsOf(results))
            blobs[chain.Top.Digest] = chain.Top.Descriptor.Size;
        return blobs;
    }
}
