namespace RegistryCache.Core.Divergence;

/// <summary>The records that stand for base images. BuildKit makes the key of an image from the ChainID of its layers, and the layers of an
/// image are the lowest layers of what was built on it, so a cache tells which of its keys are images. The key of the image's manifest
/// stands in the same input. Source: BuildKit source/containerimage/pull.go, cacheKeyFromConfig; solver/llbsolver/ops/source.go.</summary>
internal sealed class ImageKeys
{
    private readonly Dictionary<string, LayerChain> _byDigest = new(StringComparer.Ordinal);
    private readonly Dictionary<CacheRecord, LayerChain> _images = new(ReferenceEqualityComparer.Instance);

    public ImageKeys(CacheGraph graph)
    {
        var ids = new Dictionary<LayerChain, Digest>(ReferenceEqualityComparer.Instance);
        foreach (var chain in graph.ChainsParentsFirst())
        {
            if (chain.Top.DiffId is not { } diffId)
                continue;
            var id = diffId;
            if (chain.Parent is { } parent)
            {
                if (!ids.TryGetValue(parent, out var below))
                    continue;
                id = Digest.OfText($"{below} {diffId}");
            }

            ids.Add(chain, id);
            _byDigest.TryAdd(CacheRecord.DigestOf(Digest.OfText($"buildkit.source.v0:{id}")).ToString(), chain);
        }

        foreach (var links in graph.Records.SelectMany(r => r.Inputs))
            Add(links);
    }

    /// <summary>The layers of the image that a record stands for, or <see langword="null"/> if it is not known as one.</summary>
    public LayerChain? LayersOf(CacheRecord record) => _images.GetValueOrDefault(record);

    private void Add(IReadOnlyList<CacheLink> links)
    {
        foreach (var (record, selector) in links)
        {
            if (!record.Inputs.IsEmpty || !_byDigest.TryGetValue(record.Digest, out var layers))
                continue;
            foreach (var other in links.Where(l => l.Selector == selector && l.Record.Inputs.IsEmpty))
                _images.TryAdd(other.Record, layers);
        }
    }
}
