using RegistryCache.Core.Export;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Layers;
using NodeLink = (RegistryCache.CacheGraphNode Source, string Selector);

namespace RegistryCache.Core.Tests.Export;

[Category("Slow")]
public sealed class GraphTrimmerTests
{
    private static readonly ResultOrder Order = ResultOrder.At(DateTimeOffset.UnixEpoch.AddYears(60), TimeSpan.FromMinutes(10));

    [TestCase(40, 4096, false)]
    [TestCase(1500, 30_000, false)]
    [TestCase(1500, 30_000, true)]
    [TestCase(1500, 400_000, false)]
    [TestCase(1500, 400_000, true)]
    public void As_many_records_stay_as_fit_and_few_plans_are_made(int steps, int threshold, bool growing)
    {
        var whole = Plan(Graph(steps, growing));
        var counts = new List<(int Records, bool Fits)>();

        var trimmed = GraphTrimmer.Trim(whole, Counted, threshold, Order);

        var kept = counts.Where(c => c.Fits).Max(c => c.Records);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(trimmed.Exceeds(threshold), Is.False);
            Assert.That(trimmed.RecordCount, Is.EqualTo(kept));
            Assert.That(counts.Where(c => !c.Fits).Select(c => c.Records), Does.Contain(kept + 1).Or.Empty, "one more would be too large");
            Assert.That(counts, Has.Count.LessThanOrEqualTo(9));
        }

        PlannedExport Counted(CacheGraph graph)
        {
            var plan = Plan(graph);
            counts.Add((plan.RecordCount, !plan.Exceeds(threshold)));
            return plan;
        }
    }

    private static PlannedExport Plan(CacheGraph graph) => PlannedExport.Of(graph, CacheManifestForm.ImageManifest, new LayerCodecSet([]));

    /// <summary>Independent steps, each with a layer; where they grow, the later ones have more links.</summary>
    private static CacheGraph Graph(int steps, bool growing)
    {
        var builder = new CacheGraphBuilder();
        var sources = Enumerable.Range(0, 20).Select(i => (builder.AddSource(Digest.OfText($"source {i}").ToString()), "")).ToArray();
        for (var i = 0; i < steps; i++)
        {
            var layer = new CacheLayer(new Descriptor(MediaTypes.OciLayerGzip, Digest.OfText($"layer {i}"), 1), BlobSource.FromBytes("x"u8.ToArray()));
            var links = growing ? 1 + i * 19 / steps : 1;
            var result = new CacheResult(LayerChain.Of(layer), CacheTime.FromUnix(1_000_000 - i));
            builder.Add(Digest.OfText($"step {i}").ToString(), [.. sources.Take(links).Select(s => (IReadOnlyList<NodeLink>)[s])], result);
        }

        return builder.Build();
    }
}
