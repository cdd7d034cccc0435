using System.Text;
using RegistryCache.Core.Tests.Export;
using RegistryCache.Fixtures;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Import;

/// <summary>An index of images of which some are missing or not images. The good image stands before, between or after them.</summary>
internal sealed class PartialIndexTests
{
    private static readonly FixtureLayout Good = FixtureLayout.Open("inline-image");

    /// <summary>What an index can name that cannot be used: the media type it claims, and the bytes, if there are any.</summary>
    private static IEnumerable<TestCaseData> Unusable()
    {
        static TestCaseData Case(string name, string mediaType, string? content, RegistryCacheErrorCode code) =>
            new TestCaseData(mediaType, content, code).SetArgDisplayNames(name);

        yield return Case("missing image", MediaTypes.OciManifest, null, RegistryCacheErrorCode.ContentNotFound);
        yield return Case("missing index", MediaTypes.OciIndex, null, RegistryCacheErrorCode.ContentNotFound);
        yield return Case("missing without media type", "", null, RegistryCacheErrorCode.ContentNotFound);
        yield return Case("text", "application/vnd.example.sbom+text", "not a manifest", RegistryCacheErrorCode.InvalidManifest);
        yield return Case("text that claims to be an image", MediaTypes.OciManifest, "not a manifest", RegistryCacheErrorCode.InvalidManifest);
        yield return Case("JSON null", MediaTypes.OciManifest, "null", RegistryCacheErrorCode.InvalidManifest);
        yield return Case("image that claims to be an index", MediaTypes.OciManifest, $$"""{"mediaType":"{{MediaTypes.OciIndex}}","layers":[]}""", RegistryCacheErrorCode.InvalidManifest);
        yield return Case("image without its config", MediaTypes.OciManifest, Image(Digest.OfText("gone"), 4), RegistryCacheErrorCode.ContentNotFound);
        yield return Case("image with a config that is not JSON", MediaTypes.OciManifest, Image(Digest.OfText("{bad"), 4), RegistryCacheErrorCode.InvalidImageConfig);
        yield return Case("image with a config of another size", MediaTypes.OciManifest, Image(Digest.OfText("{bad"), 3), RegistryCacheErrorCode.DigestMismatch);
        yield return Case("image with a huge config", MediaTypes.OciManifest, Image(Digest.OfText("{bad"), 1L << 40), RegistryCacheErrorCode.LimitExceeded);
    }

    [TestCaseSource(nameof(Unusable))]
    public async Task The_others_are_imported_and_the_report_names_it(string mediaType, string? content, RegistryCacheErrorCode code)
    {
        for (var position = 0; position < 3; position++)
        {
            var bad = Digest.OfText(content ?? "nowhere");
            var source = await ImportAsync(withGood: true, mediaType, bad, content, position);
            Assert.That(source.IsHit, Is.True, source.Detail);
            Assert.That(source.Graph.Records, Is.Not.Empty);
            Assert.That(source.Skipped.Select(l => l.Descriptor.Digest), Is.EqualTo(new[] { bad }));
            Assert.That(source.Skipped[0].Reason, Is.Not.Empty);
        }
    }

    [TestCaseSource(nameof(Unusable))]
    public async Task Alone_it_is_a_failure_and_not_a_miss(string mediaType, string? content, RegistryCacheErrorCode code)
    {
        var source = await ImportAsync(withGood: false, mediaType, Digest.OfText(content ?? "nowhere"), content, position: 0);
        Assert.That(source.Error, Is.Not.Null, source.Detail);
        Assert.That(source.Error!.Code, Is.EqualTo(code), source.Detail);
    }

    private static string Image(Digest config, long size) => $$"""
        {"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{"mediaType":"{{MediaTypes.OciImageConfig}}","digest":"{{config}}","size":{{size}}},
        "layers":[{"mediaType":"{{MediaTypes.OciLayerGzip}}","digest":"{{Digest.OfText("layer")}}","size":5}]}
        """;

    private static async Task<ImportedCache> ImportAsync(bool withGood, string mediaType, Digest bad, string? content, int position)
    {
        var store = new InMemoryContentStore();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Good.Directory, "blobs", "sha256")))
            await PutAsync(store, await File.ReadAllBytesAsync(file));
        await PutAsync(store, "{bad"u8.ToArray());
        var image = new ManifestContent(MediaTypes.OciManifest, Good.Read(Good.DigestOf()));
        await store.PushManifestAsync(image, null, CancellationToken.None);
        if (content is not null)
            await store.PushManifestAsync(new ManifestContent(mediaType, Encoding.UTF8.GetBytes(content)), null, CancellationToken.None);

        var entries = new List<string> { Entry(MediaTypes.OciManifest, image.Descriptor.Digest, image.Descriptor.Size) };
        if (position == 2)
            entries.Add(Entry(MediaTypes.OciManifest, image.Descriptor.Digest, image.Descriptor.Size));
        entries.Insert(position == 2 ? 2 : position, Entry(mediaType, bad, content is null ? 500 : Encoding.UTF8.GetByteCount(content)));
        if (!withGood)
            entries.RemoveAll(e => e.Contains(image.Descriptor.Digest.ToString(), StringComparison.Ordinal));
        var index = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{{string.Join(',', entries)}}]}""";
        await store.PushManifestAsync(new ManifestContent(MediaTypes.OciIndex, Encoding.UTF8.GetBytes(index)), Caches.Tag, CancellationToken.None);

        await using var caches = Caches.Over(store);
        return (await caches.CreateImporter(Caches.Source).ImportAsync()).Sources.Single();
    }

    private static string Entry(string mediaType, Digest digest, long size) => $$"""{"mediaType":"{{mediaType}}","digest":"{{digest}}","size":{{size}}}""";

    private static async Task PutAsync(InMemoryContentStore store, byte[] bytes) =>
        await store.PushBlobAsync(new Descriptor("x/y", Digest.OfBytes(bytes), bytes.Length), BlobSource.FromBytes(bytes), null, CancellationToken.None);
}
