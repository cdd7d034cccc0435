using RegistryCache.Core.Errors;
using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Format;

/// <summary>Turns layer indexes into chains, each entry once. The order of the checks is BuildKit's: cycle, range, then whether the
/// manifest lists the blob. A result with an unlisted blob is dropped silently. Source: BuildKit cache/remotecache/v1/parse.go.</summary>
internal sealed class LayerEntryResolver(
    CacheConfigDocument document, IReadOnlyDictionary<string, CacheLayer> layers, ChainTable chains, string what)
{
    private readonly LayerChain?[] _resolved = new LayerChain?[document.Layers.Count];
    private readonly bool[] _dropped = new bool[document.Layers.Count];
    private readonly int[] _visitedInWalk = new int[document.Layers.Count];
    private int _walk;

    /// <summary>The chains of all entries that a result has used, in the order of the entries.</summary>
    public IEnumerable<LayerChain> Used => _resolved.OfType<LayerChain>();

    /// <summary>The chain that ends at an entry, or <see langword="null"/> when a blob in it is not listed.</summary>
    public LayerChain? FromTop(int index, int record)
    {
        _walk++;
        var path = new Stack<int>();
        LayerChain? chain = null;
        for (var i = index; i != -1 || path.Count == 0; i = document.Layers[i].Parent)
        {
            Check(i, record);
            if (_visitedInWalk[i] == _walk)
                throw Invalid($"layer {i} is its own ancestor");
            if (_resolved[i] is { } known)
            {
                chain = known;
                break;
            }

            path.Push(i);
            if (_dropped[i] || !layers.ContainsKey(document.Layers[i].Blob))
            {
                foreach (var dropped in path)
                    _dropped[dropped] = true;
                return null;
            }

            _visitedInWalk[i] = _walk;
        }

        while (path.TryPop(out var i))
            chain = _resolved[i] = chains.Intern(chain, layers[document.Layers[i].Blob]);
        return chain;
    }

    /// <summary>The chain of an explicit list; <paramref name="isListed"/> says whether all its blobs are listed.</summary>
    public LayerChain? FromList(GoList<CacheConfigDocument.IndexEntry> indexes, int record, out bool isListed)
    {
        LayerChain? chain = null;
        isListed = true;
        for (var i = 0; i < indexes.Count; i++)
        {
            Check(indexes[i].Value, record);
            isListed = layers.TryGetValue(document.Layers[indexes[i].Value].Blob, out var layer);
            if (!isListed)
                return null;
            chain = chains.Intern(chain, layer!);
        }

        return chain;
    }

    private void Check(int index, int record)
    {
        if (index < 0 || index >= _resolved.Length)
            throw Invalid($"record {record} leads to layer {index}, but there are {_resolved.Length} layers");
    }

    private CacheFormatException Invalid(string problem) =>
        new(RegistryCacheErrorCode.InvalidCacheConfig, $"{what} is malformed: {problem}.");
}
