using System.Globalization;

namespace RegistryCache.Core.Tests.Pictures;

/// <summary>Caches with the shape of real ones: several builds on one base, in stages, with a key for the content of each copied file.</summary>
internal static class SampleGraphs
{
    public static CacheGraph Of(int records, int seed = 1)
    {
        var random = new Random(seed);
        var builder = new CacheGraphBuilder();
        var image = builder.AddSource(Name("base image"));
        List<(CacheGraphNode Node, LayerChain? Chain)> stages = [(image, null)];
        for (var n = 0; builder.Count < records; n++)
        {
            var (node, chain) = stages[random.Next(Math.Max(0, stages.Count - 25), stages.Count)];

            // No build has hundreds of steps on each other.
            if (chain?.Length > 30)
                (node, chain) = stages[0];
            for (var step = random.Next(3, 9); step > 0 && builder.Count < records; step--)
            {
                chain = chain is null ? LayerChain.Of(Layer(random)) : chain.Append(Layer(random));
                var inputs = new List<IReadOnlyList<(CacheGraphNode, string)>> { new[] { (node, "") } };
                if (random.Next(2) == 0 && builder.Count < records - 1)
                {
                    var (other, _) = stages[random.Next(stages.Count)];
                    var content = builder.AddSource(Name(string.Create(CultureInfo.InvariantCulture, $"content {n} {step}")));
                    inputs.Add(random.Next(3) == 0 && !ReferenceEquals(other, node) ? [(other, CacheLink.SelectorOf("/out")), (content, "")] : [(content, "")]);
                }

                var time = CacheTime.FromUnix(1_790_000_000 + n * 40_000L * 100 / records + random.Next(4000));
                CacheResult[] results = random.Next(8) == 0 ? [] : [new CacheResult(chain, time)];
                node = builder.Add(Name(string.Create(CultureInfo.InvariantCulture, $"step {n} {step}")), inputs, results);
            }

            stages.Add((node, chain));
        }

        return builder.Build();
    }

    public static string Name(string text) => Digest.OfText(text).ToString();

    private static CacheLayer Layer(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        var size = (long)Math.Pow(10, 2 + random.NextDouble() * 6.5);
        return new CacheLayer(new Descriptor(MediaTypes.OciLayerGzip, Digest.OfBytes(bytes), size), BlobSource.FromBytes(bytes));
    }
}
