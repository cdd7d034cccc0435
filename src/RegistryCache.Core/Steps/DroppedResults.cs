namespace RegistryCache.Core.Steps;

/// <summary>The results that failed to load in this session, and all that need one of their bad layers. Not thread-safe.</summary>
internal sealed class DroppedResults
{
    private readonly HashSet<LayerChain> _chains = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Digest> _layers = [];
    private readonly List<CacheLoadFailure> _failures = [];

    public IReadOnlyList<CacheLoadFailure> Failures => [.. _failures];

    public void Add(CacheLoadFailure failure)
    {
        _failures.Add(failure);
        if (failure.Result.Chain is { } chain)
            _chains.Add(chain);
        if (failure.BadLayer is { } layer)
            _layers.Add(layer);
    }

    public void Add(Digest badLayer) => _layers.Add(badLayer);

    public bool Contains(Digest layer) => _layers.Contains(layer);

    public bool Contains(CacheResult result)
    {
        if (_chains.Count == 0 && _layers.Count == 0)
            return false;
        if (result.Chain is { } top && _chains.Contains(top))
            return true;
        for (var chain = result.Chain; chain is not null; chain = chain.Parent)
        {
            if (_layers.Contains(chain.Top.Digest))
                return true;
        }

        return false;
    }
}
