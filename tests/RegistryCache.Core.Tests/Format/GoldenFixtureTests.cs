using System.Text;
using RegistryCache.Core.Format;
using RegistryCache.Core.Layers;
using RegistryCache.Fixtures;

namespace RegistryCache.Core.Tests.Format;

/// <summary>Caches that BuildKit 0.32.2 wrote, read into a graph and written again.</summary>
internal sealed class GoldenFixtureTests
{
    private static IEnumerable<TestCaseData> Caches() =>
        FixtureLayout.CacheNames.Select(n => new TestCaseData(n, "latest")).Append(new TestCaseData("local-two-tags", "nightly"));

    [TestCaseSource(nameof(Caches))]
    public void A_cache_is_written_as_it_was_read(string name, string tag)
    {
        var (manifest, manifestBytes, configBytes, graph) = FixtureGraphs.Read(name, tag);

        var config = CacheConfigWriter.Write(graph);
        var descriptor = new Descriptor(MediaTypes.CacheConfig, Digest.OfBytes(config.Json.Span), config.Json.Length);
        var written = CacheManifestWriter.Write(
            manifest.Form, config.Entries.Select(e => new LayerCodecSet([]).DescriptorIn(manifest.Form, e.Top.Descriptor)), descriptor);

        Assert.That(Encoding.UTF8.GetString(config.Json.Span), Is.EqualTo(Encoding.UTF8.GetString(configBytes)));
        Assert.That(Encoding.UTF8.GetString(written.Bytes.Span), Is.EqualTo(Encoding.UTF8.GetString(manifestBytes)));
    }

    [TestCase("link-max")]
    [TestCase("max-gzip")]
    public void A_rebuilt_graph_differs_only_where_BuildKit_has_no_order(string name)
    {
        var (_, _, configBytes, graph) = FixtureGraphs.Read(name);
        var builder = new CacheGraphBuilder();
        builder.AddGraph(graph);

        var config = CacheConfigWriter.Write(builder.Build());

        // These two fixtures have no place where BuildKit's order is undefined, so even the canonical order gives the same bytes.
        Assert.That(Encoding.UTF8.GetString(config.Json.Span), Is.EqualTo(Encoding.UTF8.GetString(configBytes)));
    }
}
