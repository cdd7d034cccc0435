namespace RegistryCache.Core.Tests.Export;

internal sealed class MergedExportTests
{
    [Test]
    public async Task Of_a_record_with_two_results_only_the_newest_is_sent()
    {
        var store = new InMemoryContentStore();
        await using var cache = new BuildCacheBuilder().UseStore(store).Build();
        var builder = new CacheGraphBuilder();
        builder.AddSource("step", Result("older", "2026-01-01T00:00:00Z"), Result("newer", "2026-01-02T00:00:00Z"));

        var report = await cache.CreateExporter("type=registry,ref=ghcr.io/acme/app:main,mode=max").ExportAsync(builder.Build());

        Assert.That(report.Layers.Select(l => l.After.Digest), Is.EqualTo(new[] { Digest.OfText("newer") }));
        var import = await cache.CreateImporter("ghcr.io/acme/app:main").ImportAsync();
        Assert.That(import.Graph.Records.Single().Results.Single().Chain!.Top.Digest, Is.EqualTo(Digest.OfText("newer")));
    }

    private static CacheResult Result(string content, string createdAt)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        var layer = new CacheLayer(new Descriptor(MediaTypes.OciLayer, Digest.OfBytes(bytes), bytes.Length), BlobSource.FromBytes(bytes));
        return new CacheResult(LayerChain.Of(layer), CacheTime.Parse(createdAt));
    }
}
