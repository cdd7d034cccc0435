using System.Text;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Session;

/// <summary>Tags that hold something other than a cache, and exports that are too large to be read back.</summary>
internal sealed class TagGuardTests
{
    private const string Tag = "ghcr.io/acme/app:main";
    private const string Target = $"type=registry,ref={Tag},mode=max";

    private static readonly string Config = Digest.OfText("config").ToString();

    private static readonly TestCaseData[] Others =
    [
        new TestCaseData(MediaTypes.OciManifest, $$"""{"schemaVersion":2,"config":{"mediaType":"{{MediaTypes.OciImageConfig}}","digest":"{{Config}}","size":6},"layers":[]}""", "an image").SetArgDisplayNames("image"),
        new TestCaseData(MediaTypes.DockerManifest, $$"""{"schemaVersion":2,"config":{"mediaType":"{{MediaTypes.DockerImageConfig}}","digest":"{{Config}}","size":6},"layers":[]}""", "an image").SetArgDisplayNames("Docker image"),
        new TestCaseData(MediaTypes.OciManifest, $$"""{"schemaVersion":2,"config":{"mediaType":"application/vnd.helm.config","digest":"{{Config}}","size":6},"layers":[]}""", "an artifact").SetArgDisplayNames("artifact"),
        new TestCaseData(MediaTypes.OciIndex, $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{Config}}","size":6}]}""", "an index of images").SetArgDisplayNames("index"),
        new TestCaseData(MediaTypes.OciManifest, """{"manifests":[],"layers":[]}""", "a manifest of an unknown kind").SetArgDisplayNames("unknown"),
    ];

    [TestCaseSource(nameof(Others))]
    public async Task Are_not_taken_by_a_save_or_a_merge_unless_it_is_said(string type, string json, string what)
    {
        await using var bench = new SessionBench();
        var before = await PutAsync(bench, type, json);
        bench.Folder.Write("in/f", "x");
        await using var session = await bench.OpenAsync();
        await session.RecordAsync(SessionBench.Compile("a"), SessionBench.Output("A"));
        var merge = new CacheExportOptions { MergeWithExisting = true };

        var bySave = Assert.ThrowsAsync<RegistryCacheException>(() => bench.Cache.Folders(Target).SaveAsync("k", bench.Folder["in"]))!;
        var byMerge = Assert.ThrowsAsync<RegistryCacheException>(() => session.ExportAsync(CacheTarget.Parse(Target), merge))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bySave.Code, Is.EqualTo(RegistryCacheErrorCode.TagNotCache));
            Assert.That(byMerge.Code, Is.EqualTo(RegistryCacheErrorCode.TagNotCache));
            Assert.That(byMerge.Message, Does.Contain(what).And.Contains("--overwrite-image"));
            Assert.That(bench.Store.Tags[Tag], Is.EqualTo(before));
            Assert.That(bench.Store.BlobDigests, Is.Empty, "layers were sent in vain");
        }

        await bench.Cache.Folders(new FolderCacheOptions { Target = CacheTarget.Parse(Target), OverwriteImage = true }).SaveAsync("k", bench.Folder["in"]);
        var report = await session.ExportAsync(CacheTarget.Parse(Target), merge);
        Assert.That(report.Warnings, Is.Empty, "it is a cache by now");
        Assert.That(bench.Store.Tags[Tag], Is.Not.EqualTo(before));
    }

    [TestCaseSource(nameof(Others))]
    public async Task Are_replaced_by_an_export_without_merge_which_says_so(string type, string json, string what)
    {
        await using var bench = new SessionBench();
        await PutAsync(bench, type, json);
        await using var session = await bench.OpenAsync();
        await session.RecordAsync(SessionBench.Compile("a"), SessionBench.Output("A"));

        var report = await session.ExportAsync(Target);
        var again = await session.ExportAsync(Target);

        Assert.That(report.Warnings.Single(), Does.EndWith($" held {what}, not a cache; it was replaced."));
        Assert.That(again.Warnings, Is.Empty);
    }

    [Test]
    public async Task That_become_an_image_during_a_merge_are_seen_in_the_attempt_itself()
    {
        await using var bench = new SessionBench();
        var store = new TurningStore(bench.Store, () => PutAsync(bench, MediaTypes.OciManifest, (string)Others[0].Arguments[1]!));
        await using var cache = new BuildCacheBuilder().UseTimeProvider(bench.Time).UseStore(store).UseCompression().Build();
        await using var session = await cache.OpenSessionAsync([]);
        await session.RecordAsync(SessionBench.Compile("a"), SessionBench.Output("A"));

        var error = Assert.ThrowsAsync<RegistryCacheException>(
            () => session.ExportAsync(CacheTarget.Parse(Target), new CacheExportOptions { MergeWithExisting = true, MergeSettleTime = TimeSpan.Zero }))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.TagNotCache));
        Assert.That(bench.Store.Tags[Tag], Is.EqualTo(Digest.OfText((string)Others[0].Arguments[1]!)));
    }

    [TestCase(nameof(CacheFormatLimits.MaxManifestBytes))]
    [TestCase(nameof(CacheFormatLimits.MaxConfigBytes))]
    [TestCase(nameof(CacheFormatLimits.MaxRecords))]
    [TestCase(nameof(CacheFormatLimits.MaxLayers))]
    [TestCase(nameof(CacheFormatLimits.MaxLinks))]
    public async Task An_export_that_an_import_with_the_same_limits_refuses_is_not_written(string limit)
    {
        await using var bench = new SessionBench();
        var limits = limit switch
        {
            nameof(CacheFormatLimits.MaxManifestBytes) => new CacheFormatLimits { MaxManifestBytes = 400 },
            nameof(CacheFormatLimits.MaxConfigBytes) => new CacheFormatLimits { MaxConfigBytes = 400 },
            nameof(CacheFormatLimits.MaxRecords) => new CacheFormatLimits { MaxRecords = 2 },
            nameof(CacheFormatLimits.MaxLayers) => new CacheFormatLimits { MaxLayers = 1 },
            _ => new CacheFormatLimits { MaxLinks = 3 },
        };
        await using var cache = new BuildCacheBuilder().UseStore(bench.Store).UseCompression().UseLimits(limits).Build();
        await using var session = await cache.OpenSessionAsync([]);
        await session.RecordAsync(SessionBench.Compile("a"), SessionBench.Output("A"));
        await session.RecordAsync(SessionBench.Compile("b"), SessionBench.Output("B"));

        var error = Assert.ThrowsAsync<LimitExceededException>(() => session.ExportAsync(Target))!;

        Assert.That(error.LimitName, Does.EndWith(limit));
        Assert.That(bench.Store.BlobDigests, Is.Empty);
        Assert.That(bench.Store.Tags, Is.Empty);
    }

    [Test]
    public async Task The_limits_of_both_sides_meet([Range(1, 12)] int links)
    {
        await using var bench = new SessionBench();
        await using var cache = new BuildCacheBuilder().UseStore(bench.Store).UseCompression().UseLimits(new CacheFormatLimits { MaxLinks = links }).Build();
        await using var session = await cache.OpenSessionAsync([]);
        await session.RecordAsync(SessionBench.Compile("a"), SessionBench.Output("A"));
        await session.RecordAsync(SessionBench.Compile("b"), SessionBench.Output("B"));
        var graph = session.ToGraph();

        var refused = false;
        try
        {
            await session.ExportAsync(Target);
        }
        catch (LimitExceededException)
        {
            refused = true;
            await bench.Cache.CreateExporter(Target).ExportAsync(graph);
        }

        var import = await cache.CreateImporter($"type=registry,ref={Tag}").ImportAsync();
        Assert.That(import.Sources[0].Error is LimitExceededException, Is.EqualTo(refused), "one side takes what the other refuses");
    }

    private static async Task<Digest> PutAsync(SessionBench bench, string type, string json)
    {
        var manifest = new ManifestContent(type, Encoding.UTF8.GetBytes(json));
        await bench.Store.PushManifestAsync(manifest, Tag, CancellationToken.None);
        return manifest.Descriptor.Digest;
    }
}
