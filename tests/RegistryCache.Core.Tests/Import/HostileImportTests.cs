using System.Text;
using RegistryCache.Core.Tests.Export;
using RegistryCache.Fixtures;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Import;

/// <summary>Manifests and configs that lie. Whatever they say, the outcome is a hit, a miss or a typed failure.</summary>
internal sealed class HostileImportTests
{
    private const string Config = """[{"digest":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]""";
    private static readonly string ConfigJson = """{"layers":[],"records":""" + Config + "}";

    [Test]
    public async Task The_manifest_that_the_others_are_made_from_is_a_hit()
    {
        var source = await ImportAsync(ConfigJson, Manifest());
        Assert.That(source.IsHit, Is.True, source.Detail);
        Assert.That(source.Graph.Records, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_config_of_another_size_is_refused([Values(-1, 1, 1000)] int difference) =>
        Expect(
            await ImportAsync(ConfigJson, Manifest(size: ConfigJson.Length + difference)),
            RegistryCacheErrorCode.SizeMismatch, RegistryCacheErrorCode.DigestMismatch);

    [Test]
    public async Task A_config_of_another_digest_is_refused()
    {
        var store = new InMemoryContentStore();
        await Caches.PutAsync(store, ConfigJson, Manifest());
        store.OverwriteBlob(Digest.OfText(ConfigJson), Encoding.UTF8.GetBytes(ConfigJson.Replace('a', 'b')));
        Expect(await ImportAsync(store), RegistryCacheErrorCode.DigestMismatch);
    }

    [Test]
    public async Task A_size_of_ten_gigabytes_is_refused_without_reading()
    {
        var store = new ScriptedStore();
        await Caches.PutAsync(store.Inner, ConfigJson, Manifest(size: 10_000_000_000));
        Expect(await ImportAsync(store), RegistryCacheErrorCode.LimitExceeded);
        Assert.That(store.Calls, Has.None.StartsWith("open"));
    }

    [Test]
    public async Task A_missing_config_is_a_failure_and_not_a_miss() =>
        Expect(await ImportAsync("something else", Manifest()), RegistryCacheErrorCode.ContentNotFound);

    [TestCase("sha256:../../../../etc/passwd")]
    [TestCase("../../../etc/passwd")]
    [TestCase("sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [TestCase("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [TestCase("sha256:")]
    [TestCase("/")]
    public async Task A_digest_that_is_none_is_a_malformed_manifest(string digest)
    {
        Expect(await ImportAsync(ConfigJson, Manifest(digest: digest)), RegistryCacheErrorCode.InvalidManifest, RegistryCacheErrorCode.InvalidDigest);
        var layer = $$"""{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{digest}}","size":3}""";
        Expect(await ImportAsync(ConfigJson, Manifest(layers: layer)), RegistryCacheErrorCode.InvalidManifest, RegistryCacheErrorCode.InvalidDigest);
    }

    [Test]
    public async Task A_media_type_that_contradicts_the_members_is_refused([Values(MediaTypes.OciIndex, MediaTypes.DockerManifestList)] string mediaType) =>
        Expect(await ImportAsync(ConfigJson, Manifest(mediaType: mediaType)), RegistryCacheErrorCode.InvalidManifest);

    [Test]
    public async Task A_config_without_a_digest_is_no_cache() =>
        Assert.That((await ImportAsync(ConfigJson, Manifest(digest: ""))).IsMiss, Is.True);

    [TestCase("text/html")]
    [TestCase("application/vnd.docker.distribution.manifest.v2+json")]
    [TestCase("")]
    public async Task The_shape_decides_where_the_media_type_says_nothing(string mediaType)
    {
        var source = await ImportAsync(ConfigJson, Manifest(mediaType: mediaType));
        Assert.That(source.IsHit, Is.True, source.Detail);
        Assert.That(source.Form, Is.EqualTo(CacheManifestForm.ImageManifest));
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("1")]
    [TestCase("\"x\"")]
    [TestCase("<html></html>")]
    [TestCase("{\"config\":3}")]
    [TestCase("{\"layers\":{}}")]
    [TestCase("{\"manifests\":[null]}")]
    [TestCase("{\"config\":{},\"layers\":[{}]}")]
    public async Task What_is_no_manifest_gives_a_typed_outcome(string manifest) =>
        Assert.That((await ImportAsync(ConfigJson, manifest)).IsHit, Is.False);

    [Test]
    public async Task An_index_that_names_itself_or_too_many_ends()
    {
        var children = string.Join(',', Enumerable.Range(0, 1500).Select(i =>
            $$"""{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{Digest.OfText($"child {i}")}}","size":2}"""));
        var source = await ImportAsync("", $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{{children}}]}""");
        Assert.That(source.Error, Is.Not.Null);
    }

    [Test]
    public async Task A_truncated_manifest_or_config_is_never_a_crash()
    {
        var layout = FixtureLayout.Open("link-max");
        var manifest = layout.Read(layout.DigestOf());
        for (var length = 0; length < manifest.Length; length += 7)
        {
            var source = await ImportAsync("", Encoding.UTF8.GetString(manifest, 0, length));
            Assert.That(source.IsHit, Is.False);
        }

        for (var length = 1; length < ConfigJson.Length; length++)
        {
            var config = ConfigJson[..length];
            var source = await ImportAsync(config, Manifest(Digest.OfText(config).ToString(), length));
            Assert.That(source.Error, Is.Not.Null);
        }
    }

    [Test]
    [Category("Slow")]
    public async Task Mutated_fixtures_give_a_hit_a_miss_or_a_typed_failure([Values("max-gzip", "link-max", "max-gzip-docker", "inline-link-image")] string name)
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var layout = FixtureLayout.Open(name);
        var manifest = layout.Read(layout.DigestOf());
        var text = Encoding.UTF8.GetString(manifest);
        var configDigest = ConfigDigest(text);
        var config = layout.Read(configDigest);
        var failed = 0;
        for (var i = 0; i < 400; i++)
        {
            // Half of the configs are damaged behind the verification, as by whoever wrote the cache.
            var damaged = Mutation.Of(config, random);
            var store = new InMemoryContentStore();
            var honest = text.Replace(configDigest, Digest.OfBytes(damaged).ToString(), StringComparison.Ordinal)
                .Replace($"\"size\":{config.Length}", $"\"size\":{damaged.Length}", StringComparison.Ordinal);
            await store.PushBlobAsync(new Descriptor("x/y", Digest.OfBytes(damaged), damaged.Length), BlobSource.FromBytes(damaged), null, CancellationToken.None);
            await store.PushBlobAsync(new Descriptor("x/y", Digest.Parse(configDigest), config.Length), BlobSource.FromBytes(config), null, CancellationToken.None);
            var bytes = i % 2 == 0 ? Encoding.UTF8.GetBytes(honest) : Mutation.Of(manifest, random);
            await store.PushManifestAsync(new ManifestContent(MediaTypes.OciManifest, bytes), Caches.Tag, CancellationToken.None);
            var source = await ImportAsync(store);
            failed += source.Error is not null ? 1 : 0;
            if (source.Error is not null)
                Assert.That(source.Error!.Code, Is.Not.EqualTo(RegistryCacheErrorCode.Unspecified), source.Detail);
        }

        TestContext.Out.WriteLine($"{failed} of 400 failed");
        Assert.That(failed, Is.GreaterThan(50), "hardly anything was damaged, so this shows nothing");
    }

    [Category("Slow")]
    [Test]
    public async Task A_record_chain_a_hundred_thousand_deep_is_read_or_refused()
    {
        var config = new StringBuilder("{\"records\":[");
        for (var i = 0; i < 100_000; i++)
            config.Append(i == 0 ? "" : ",").Append("{\"digest\":\"d").Append(i).Append('"').Append(i == 0 ? "}" : $",\"inputs\":[[{{\"link\":{i - 1}}}]]}}");
        var json = config.Append("]}").ToString();
        var source = await ImportAsync(json, Manifest(Digest.OfText(json).ToString(), json.Length));
        if (source.Error is not null)
            Assert.That(source.Error, Is.TypeOf<LimitExceededException>());
        else
            Assert.That(source.Graph.Records, Has.Length.EqualTo(100_000));
    }

    private static void Expect(ImportedCache source, params RegistryCacheErrorCode[] codes)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(source.Error, Is.Not.Null);
            Assert.That(codes, Does.Contain(source.Error?.Code), source.Detail);
            Assert.That(source.Error?.Side, Is.EqualTo(CacheSide.Source));
        }
    }

    private static string ConfigDigest(string manifest)
    {
        using var json = System.Text.Json.JsonDocument.Parse(manifest);
        return (json.RootElement.TryGetProperty("config", out var config) ? config : json.RootElement.GetProperty("manifests").EnumerateArray()
            .Single(m => m.GetProperty("mediaType").GetString() == MediaTypes.CacheConfig)).GetProperty("digest").GetString()!;
    }

    private static string Manifest(string? digest = null, long? size = null, string mediaType = MediaTypes.OciManifest, string layers = "") => $$"""
        {"schemaVersion":2,"mediaType":"{{mediaType}}","config":{"mediaType":"{{MediaTypes.CacheConfig}}","digest":"{{digest ?? Digest.OfText(ConfigJson).ToString()}}","size":{{size ?? ConfigJson.Length}}},"layers":[{{layers}}]}
        """;

    private static async Task<ImportedCache> ImportAsync(string config, string manifest)
    {
        var store = new InMemoryContentStore();
        await Caches.PutAsync(store, config, manifest);
        return await ImportAsync(store);
    }

    private static async Task<ImportedCache> ImportAsync(IContentStore store)
    {
        await using var caches = Caches.Over(store);
        return (await caches.CreateImporter(Caches.Source).ImportAsync()).Sources.Single();
    }
}
