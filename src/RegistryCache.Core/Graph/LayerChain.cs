namespace RegistryCache;

/// <summary>A stack of layers, base first. A chain is a top layer and the chain below it, so chains with the same lower part share it,
/// however deep it is. Immutable. Inside one <see cref="CacheGraph"/> equal chains are the same object.</summary>
public sealed class LayerChain
{
    private LayerChain(LayerChain? parent, CacheLayer top)
    {
        Parent = parent;
        Top = top;
        Length = (parent?.Length ?? 0) + 1;
    }

    /// <summary>The chain below the top layer, or <see langword="null"/> when there is none.</summary>
    public LayerChain? Parent { get; }

    /// <summary>The top layer.</summary>
    public CacheLayer Top { get; }

    /// <summary>The number of layers, at least 1.</summary>
    public int Length { get; }

    /// <summary>A chain of one layer.</summary>
    /// <param name="layer">The layer.</param>
    public static LayerChain Of(CacheLayer layer) => On(null, layer);

    /// <summary>A chain of several layers.</summary>
    /// <param name="layers">The layers, base first, at least one.</param>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    public static LayerChain Of(IEnumerable<CacheLayer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        LayerChain? chain = null;
        foreach (var layer in layers)
            chain = On(chain, layer);
        return chain ?? throw new ArgumentException("A chain has at least one layer.", nameof(layers));
    }

    /// <summary>This chain with one more layer on top.</summary>
    /// <param name="layer">The layer.</param>
    public LayerChain Append(CacheLayer layer) => On(this, layer);

    /// <summary>The layers, base first. Takes memory and time in proportion to <see cref="Length"/>.</summary>
    public IReadOnlyList<CacheLayer> ToLayers()
    {
        var layers = new CacheLayer[Length];
        var i = Length;
        for (var chain = this; chain is not null; chain = chain.Parent)
            layers[--i] = chain.Top;
        return layers;
    }

    /// <summary>The top layer and the number of layers below it, for a person.</summary>
    public override string ToString() => $"{Top.Digest} on {Length - 1}";

    /// <summary>The ChainID: of one layer the diffID; of more layers the SHA-256 of the ChainID below, a space and the diffID on top.
    /// <see langword="null"/> when a layer has no diffID. Source: OCI image-spec, config.md, "Layer ChainID".</summary>
    internal Digest? ToChainId()
    {
        Digest? id = null;
        foreach (var layer in ToLayers())
        {
            if (layer.DiffId is not { } diffId)
                return null;
            id = id is null ? diffId : Digest.OfText($"{id} {diffId}");
        }

        return id;
    }

    internal static bool HaveSameLayers(LayerChain? x, LayerChain? y)
    {
        while (!ReferenceEquals(x, y))
        {
            if (x is null || y is null || x.Length != y.Length || x.Top.Digest != y.Top.Digest)
                return false;
            (x, y) = (x.Parent, y.Parent);
        }

        return true;
    }

    internal static LayerChain On(LayerChain? parent, CacheLayer top)
    {
        ArgumentNullException.ThrowIfNull(top);
        return new LayerChain(parent, top);
    }
}
