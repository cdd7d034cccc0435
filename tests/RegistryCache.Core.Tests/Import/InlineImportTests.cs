using System.Text.Json;
using RegistryCache.Core.Tests.Export;
using RegistryCache.Fixtures;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Import;

/// <summary>Inline caches that BuildKit wrote. What is expected is read here from the image config, without the library's reader.</summary>
internal sealed class InlineImportTests
{
    [Test]
    public async Task An_inline_cache_has_the_records_links_and_chains_of_the_image_config([Values("inline-image", "inline-link-image")] string name, [Values] bool behindIndex)
    {
        var layout = FixtureLayout.Open(name);
        using var manifest = JsonDocument.Parse(layout.Read(layout.DigestOf()));
        var configDigest = manifest.RootElement.GetProperty("config").GetProperty("digest").GetString()!;
        using var config = JsonDocument.Parse(layout.Read(configDigest));
        var source = await ImportAsync(layout, configDigest, behindIndex);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(source.IsHit, Is.True, source.Detail);
            Assert.That(source.IsInline, Is.True);
            Assert.That(source.Config, Is.Null);
            Assert.That(source.Graph.Records.Select(Describe), Is.EquivalentTo(Expected(manifest.RootElement, config.RootElement)));
        }

        foreach (var layer in source.Graph.CollectChains().Select(c => c.Top))
            await CheckAsync(layer);
    }

    private static async Task CheckAsync(CacheLayer layer)
    {
        await using var blob = await layer.Content.OpenReadAsync(CancellationToken.None);
        await using var tar = new System.IO.Compression.GZipStream(blob, System.IO.Compression.CompressionMode.Decompress);
        using var hash = System.Security.Cryptography.SHA256.Create();
        Assert.That("sha256:" + Convert.ToHexStringLower(await hash.ComputeHashAsync(tar)), Is.EqualTo(layer.DiffId.ToString()));
    }

    private static IEnumerable<string> Expected(JsonElement manifest, JsonElement config)
    {
        using var cache = JsonDocument.Parse(config.GetProperty("moby.buildkit.cache.v0").GetBytesFromBase64());
        var records = cache.RootElement.EnumerateArray().ToList();
        var blobs = manifest.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("digest").GetString()).ToList();
        return [.. records.Select(r => Text(
            r.GetProperty("digest").GetString()!,
            Items(r, "inputs").Select(input => input.EnumerateArray().Select(l => (
                records[l.TryGetProperty("link", out var link) ? link.GetInt32() : 0].GetProperty("digest").GetString()!,
                l.TryGetProperty("selector", out var selector) ? selector.GetString()! : ""))),
            Items(r, "layers").Select(l => (blobs.Take(l.GetProperty("layer").GetInt32() + 1), l.GetProperty("createdAt").GetString()!))
                .Concat(Items(r, "chains").Select(c => (c.GetProperty("layers").EnumerateArray().Select(i => blobs[i.GetInt32()]), c.GetProperty("createdAt").GetString()!)))))];
    }

    private static string Describe(CacheRecord record) => Text(
        record.Digest,
        record.Inputs.Select(links => links.Select(l => (l.Record.Digest, l.Selector))),
        record.Results.Select(r => (r.Chain!.ToLayers().Select(l => (string?)l.Digest.ToString()), r.CreatedAt.ToString())));

    private static string Text(string digest, IEnumerable<IEnumerable<(string Record, string Selector)>> inputs, IEnumerable<(IEnumerable<string?> Chain, string Time)> results) =>
        $"{digest} <- {string.Join(" & ", inputs.Select(i => string.Join("|", i.Select(l => $"{l.Record}#{l.Selector}").Order(StringComparer.Ordinal))))}"
        + $" = {string.Join("; ", results.Select(r => $"{string.Join('/', r.Chain)} at {r.Time}"))}";

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var items) ? items.EnumerateArray() : [];

    private static async Task<ImportedCache> ImportAsync(FixtureLayout layout, string configDigest, bool behindIndex)
    {
        var store = new InMemoryContentStore();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(layout.Directory, "blobs", "sha256")))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            await store.PushBlobAsync(new Descriptor("x/y", Digest.OfBytes(bytes), bytes.Length), BlobSource.FromBytes(bytes), null, CancellationToken.None);
        }

        Assert.That(store.BlobDigests.Select(d => d.ToString()), Does.Contain(configDigest));
        var image = new ManifestContent(MediaTypes.OciManifest, layout.Read(layout.DigestOf()));
        await store.PushManifestAsync(image, behindIndex ? null : Caches.Tag, CancellationToken.None);
        if (behindIndex)
        {
            var index = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{image.Descriptor.Digest}}","size":{{image.Descriptor.Size}}}]}""";
            await store.PushManifestAsync(new ManifestContent(MediaTypes.OciIndex, System.Text.Encoding.UTF8.GetBytes(index)), Caches.Tag, CancellationToken.None);
        }

        await using var caches = Caches.Over(store);
        return (await caches.CreateImporter(Caches.Source).ImportAsync()).Sources.Single();
    }
}
