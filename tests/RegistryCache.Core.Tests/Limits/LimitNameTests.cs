using RegistryCache.Core.Tests.Export;
using RegistryCache.Core.Tests.Snapshots;
using RegistryCache.Oci;
using RegistryCache.Storage;
using RegistryCache.Testing;

namespace RegistryCache.Core.Tests.Limits;

/// <summary>Every limit that is exceeded names the option that raises it.</summary>
[Category("Slow")]
internal sealed class LimitNameTests
{
    private static readonly CacheStep First = CacheStep.Define("acme.step.v1").With("n", "1");
    private static readonly CacheStep Second = CacheStep.Define("acme.step.v1").With("n", "2").Reading(First);

    private ScratchFolder _folder = null!;

    private static IEnumerable<string> FormatLimits => Limits<CacheFormatLimits>().Where(l => l is not nameof(CacheFormatLimits.MaxClockSkew));

    private static IEnumerable<string> LayerLimits => Limits<RestoreLimits>();

    [SetUp]
    public void Create()
    {
        _folder = new ScratchFolder();
        _folder.Write($"in/{new string('d', 150)}/{new string('e', 150)}/file", new string('a', 5000));
        File.CreateSymbolicLink(_folder["in/link"], "in-a-directory/with-a-name");
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [TestCaseSource(nameof(FormatLimits))]
    public async Task An_import_names_the_limit_of_a_format(string limit)
    {
        var layout = await ExportAsync("type=local,dest=" + _folder["layout"], inImage: limit == nameof(CacheFormatLimits.MaxChildManifests));
        var limits = With(new CacheFormatLimits(), limit, 1);
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression().UseLimits(limits).Build();

        var source = (await cache.CreateImporter(layout.Replace("dest=", "src=", StringComparison.Ordinal)).ImportAsync()).Sources[0];

        AssertNames(source.Error, $"{nameof(CacheFormatLimits)}.{limit}");
    }

    [Test]
    public async Task Every_store_names_the_limit_of_a_manifest([Values("memory", "directory", "registry")] string kind)
    {
        await using var registry = await TestRegistry.StartAsync();
        var target = kind == "registry" ? $"type=registry,ref={registry.Host}/acme/app:t" : $"type=local,dest={_folder["layout"]}";
        var store = kind == "memory" ? new InMemoryContentStore() : null;
        await ExportAsync(target, store: store);
        await using var cache = (store is null ? new BuildCacheBuilder().UseOci() : new BuildCacheBuilder().UseStore(store))
            .UseLimits(new CacheFormatLimits { MaxManifestBytes = 1 }).Build();

        var source = (await cache.CreateImporter(target.Replace("dest=", "src=", StringComparison.Ordinal)).ImportAsync()).Sources[0];

        AssertNames(source.Error, $"{nameof(CacheFormatLimits)}.{nameof(CacheFormatLimits.MaxManifestBytes)}");
    }

    [Test]
    public async Task A_merge_counts_its_steps_against_the_limit_of_the_cache()
    {
        var store = new InMemoryContentStore();
        await using (var writer = Caches.Over(store))
            await writer.CreateExporter(Caches.Target).ExportAsync(Caches.Steps(30));
        long enough = 1;
        while (!(await ImportAsync(enough)).IsHit)
            enough++;
        await using var cache = new BuildCacheBuilder().UseStore(store).UseLimits(new CacheFormatLimits { MaxMergeSteps = enough }).Build();
        var exporter = cache.CreateExporter(Caches.Target, new CacheExportOptions { MergeWithExisting = true });

        var error = Assert.ThrowsAsync<LimitExceededException>(() => exporter.ExportAsync(Caches.Steps(30)));

        AssertNames(error, $"{nameof(CacheFormatLimits)}.{nameof(CacheFormatLimits.MaxMergeSteps)}");

        async Task<ImportedCache> ImportAsync(long steps)
        {
            await using var reader = new BuildCacheBuilder().UseStore(store).UseLimits(new CacheFormatLimits { MaxMergeSteps = steps }).Build();
            return (await reader.CreateImporter(Caches.Source).ImportAsync()).Sources[0];
        }
    }

    [Test]
    public async Task An_export_names_the_size_that_it_was_allowed([Values(OversizePolicy.Fail, OversizePolicy.Trim)] OversizePolicy policy)
    {
        await using var cache = Caches.Over(new InMemoryContentStore());
        var options = new CacheExportOptions { Oversize = policy, OversizeThreshold = 1024 };
        var graph = Caches.Steps(60);
        var single = new CacheGraphBuilder();
        single.AddSource(new string('x', 2000), graph.Records.First(r => !r.Results.IsEmpty).Results[0]);

        var error = Assert.ThrowsAsync<LimitExceededException>(() => cache.CreateExporter(Caches.Target, options).ExportAsync(single.Build()));

        AssertNames(error, $"{nameof(CacheExportOptions)}.{nameof(CacheExportOptions.OversizeThreshold)}");
    }

    [TestCaseSource(nameof(LayerLimits))]
    public async Task A_restore_names_its_limit(string limit)
    {
        var source = (await ExportAsync("type=local,dest=" + _folder["layout"])).Replace("dest=", "src=", StringComparison.Ordinal);
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
        await using var session = await cache.OpenSessionAsync([source]);
        var options = new RestoreOptions { SymbolicLinks = SymbolicLinkPolicy.Any, Limits = With(new RestoreLimits(), limit, 1) };

        var restore = await (await session.FindAsync(First))!.TryRestoreAsync(_folder["out"], options);

        AssertNames(restore.Failures.Single().Error, $"{nameof(RestoreLimits)}.{limit}");
    }

    [TestCaseSource(nameof(LayerLimits))]
    public async Task A_snapshot_names_its_limit(string limit)
    {
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
        await using var session = await cache.OpenSessionAsync([]);
        var folder = LayerSource.FromDirectory(_folder["in"], new SnapshotOptions { Limits = With(new RestoreLimits(), limit, 1) });

        var error = Assert.ThrowsAsync<LimitExceededException>(() => session.RecordAsync(First, folder));

        AssertNames(error, $"{nameof(SnapshotOptions)}.{nameof(SnapshotOptions.Limits)}.{limit}");
    }

    /// <remarks>The ratio counts after the first GiB; the tests of damaged blobs and of folder ratios have its name.</remarks>
    [Test]
    public async Task A_decoder_names_its_limit()
    {
        await using var plain = new BuildCacheBuilder().UseStore(new InMemoryContentStore()).UseCompression().Build();
        await using var layer = await plain.EncodeLayerAsync(new MemoryStream(new byte[1 << 20]), LayerCompression.Gzip);
        var limits = new LayerOptions { MaxDecodedBytes = 1024 };
        await using var cache = new BuildCacheBuilder().UseStore(new InMemoryContentStore()).UseCompression()
            .UseLayerOptions(limits).Build();

        await using var tar = await cache.OpenLayerAsync(new CacheLayer(layer.Descriptor, layer.Source));
        var error = Assert.ThrowsAsync<LimitExceededException>(() => tar.CopyToAsync(Stream.Null));

        AssertNames(error, $"{nameof(LayerOptions)}.{nameof(LayerOptions.MaxDecodedBytes)}");
    }

    [Test]
    public async Task A_directory_names_the_limit_of_its_index()
    {
        await ExportAsync("type=local,dest=" + _folder["layout"]);
        var store = new OciLayoutStore(_folder["layout"], new OciLayoutOptions { MaxIndexBytes = 1024 });
        File.AppendAllText(_folder["layout/index.json"], new string(' ', 2048));

        var error = Assert.ThrowsAsync<LimitExceededException>(
            () => store.ResolveManifestAsync(ManifestReference.ByTag("latest"), CancellationToken.None));

        AssertNames(error, $"{nameof(OciLayoutOptions)}.{nameof(OciLayoutOptions.MaxIndexBytes)}");
    }

    private static void AssertNames(Exception? error, string option)
    {
        Assert.That(error, Is.TypeOf<LimitExceededException>());
        Assert.That(((LimitExceededException)error!).LimitName, Is.EqualTo(option));
    }

    private static IEnumerable<string> Limits<T>() =>
        typeof(T).GetProperties().Where(p => p.Name.StartsWith("Max", StringComparison.Ordinal) && p.CanWrite).Select(p => p.Name);

    /// <summary>The limits with one of them at a value that its type does not have to be known for.</summary>
    private static T With<T>(T limits, string name, int value)
        where T : class
    {
        var property = typeof(T).GetProperty(name)!;
        property.SetValue(limits, Convert.ChangeType(value, property.PropertyType, System.Globalization.CultureInfo.InvariantCulture));
        return limits;
    }

    private async Task<string> ExportAsync(string target, bool inImage = false, IContentStore? store = null)
    {
        var builder = store is null ? new BuildCacheBuilder().UseOci() : new BuildCacheBuilder().UseStore(store);
        await using var cache = builder.UseCompression().Build();
        await using var session = await cache.OpenSessionAsync([]);
        await session.RecordAsync(First, LayerSource.FromDirectory(_folder["in"]));
        _folder.Write("other/file", "b");
        await session.RecordAsync(Second, LayerSource.FromDirectory(_folder["other"]));
        await session.ExportAsync(target + ",mode=max");
        if (inImage)
            await PutIndexAsync(new OciLayoutStore(_folder["layout"]));
        return target;
    }

    /// <summary>Replaces the tag by an index of two images that do not exist.</summary>
    private static Task PutIndexAsync(OciLayoutStore store)
    {
        var entries = Enumerable.Range(0, 3).Select(i =>
            $$"""{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{Digest.OfText($"image {i}")}}","size":3}""");
        var json = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{{string.Join(',', entries)}}]}""";
        return store.PushManifestAsync(
            new ManifestContent(MediaTypes.OciIndex, System.Text.Encoding.UTF8.GetBytes(json)), "latest", CancellationToken.None);
    }
}
