using System.Globalization;

namespace RegistryCache.Benchmarks;

/// <summary>The cache of a build: chains of twenty steps on one base, and a layer for each step.</summary>
internal static class BenchmarkGraph
{
    private const int Depth = 20;

    /// <param name="records">How many records.</param>
    /// <param name="seed">Graphs of different seeds share the base and half of the chains.</param>
    public static CacheGraph Create(int records, int seed)
    {
        var builder = new CacheGraphBuilder();
        var root = builder.AddSource(DigestOf("base"), Result("base", null));
        var (above, layers) = (root, new List<CacheLayer>());
        for (var i = 1; i < records; i++)
        {
            var chain = i / Depth;
            if (i % Depth == 0)
                (above, layers) = (root, []);
            var name = string.Create(CultureInfo.InvariantCulture, $"{(chain % 2 == 0 ? 0 : seed)}/{i}");
            layers.Add(Layer(name));
            above = builder.Add(DigestOf(name), [[(above, CacheLink.Everything)]], Result(name, layers));
        }

        return builder.Build();
    }

    /// <summary>The digest of the record that <see cref="Create"/> makes as the one of this number.</summary>
    public static string DigestOf(string name) => Digest.OfText("record " + name).ToString();

    private static CacheResult Result(string name, IReadOnlyList<CacheLayer>? layers) =>
        new(LayerChain.Of(layers ?? [Layer(name)]), CacheTime.FromUnix(1_700_000_000));

    private static CacheLayer Layer(string name) => new(
        new Descriptor(MediaTypes.OciLayerGzip, Digest.OfText("layer " + name), 1000), BlobSource.FromBytes(ReadOnlyMemory<byte>.Empty));
}
