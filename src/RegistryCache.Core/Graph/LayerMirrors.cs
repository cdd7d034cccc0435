using System.Collections.Concurrent;
using RegistryCache.Core.Streams;

namespace RegistryCache.Core.Graph;

/// <summary>Where the layers of several caches are. A merge keeps one of equal layers; here it gets the sources of all of them.</summary>
internal sealed class LayerMirrors
{
    private readonly Dictionary<Digest, CacheLayer> _first = [];
    private readonly Dictionary<Digest, List<BlobSource>> _several = [];

    public void Add(CacheGraph graph)
    {
        foreach (var layer in graph.ChainsParentsFirst().Select(c => c.Top))
        {
            if (_first.TryAdd(layer.Digest, layer))
                continue;
            var first = _first[layer.Digest];
            if (layer.Content.Place is not { } place || first.Content.Place is not { } known || place == known
                || layer.Descriptor.Size != first.Descriptor.Size)
                continue;
            if (!_several.TryGetValue(layer.Digest, out var sources))
                _several.Add(layer.Digest, sources = [first.Content]);
            if (!sources.Exists(s => s.Place == place))
                sources.Add(layer.Content);
        }
    }

    /// <summary>The graph whose layers are read from any cache that has them, in the order in which the caches were added.</summary>
    public CacheGraph ApplyTo(CacheGraph merged)
    {
        var last = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var mirrors = _several.ToDictionary(s => s.Key, s => new MirroredBlob(s.Value, last));
        return mirrors.Count == 0 ? merged : GraphRewrite.MapLayers(merged, layer =>
            mirrors.TryGetValue(layer.Digest, out var mirror) ? new CacheLayer(layer.Descriptor, mirror) : layer);
    }
}
