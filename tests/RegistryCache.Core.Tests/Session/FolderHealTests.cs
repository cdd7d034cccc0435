using RegistryCache.Core.Errors;
using RegistryCache.Core.Tests.Snapshots;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Session;

/// <summary>What a save does about a cache in a directory that has lost something.</summary>
[Category("Slow")]
internal sealed class FolderHealTests
{
    private ScratchFolder _folder = null!;
    private BuildCache _cache = null!;

    private string Target => $"type=local,dest={_folder["layout"]}";

    private string Source => $"type=local,src={_folder["layout"]}";

    [SetUp]
    public void Create()
    {
        _folder = new ScratchFolder();
        _folder.Write("in/file", "the content");
        _cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
    }

    [TearDown]
    public async Task Remove()
    {
        await _cache.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_layer_that_is_gone_or_cut_is_sent_again(
        [Values("content", "index")] string layer, [Values("gone", "cut")] string damage, [Values("k", "another")] string key)
    {
        await SaveAsync("k");
        var chain = (await ImportAsync()).Graph.CollectChains()[0].ToLayers();
        Damage((layer == "index" ? chain[0] : chain[^1]).Digest, damage);

        var saved = await SaveAsync(key);

        Assert.That(saved.IsUnchanged, Is.False, "unchanged was said of what is not there");
        Assert.That(saved.BytesSent, Is.GreaterThan(0));
        await AssertRestoresAsync(key);
        await AssertRestoresAsync("k");
    }

    [Test]
    public async Task A_config_or_manifest_that_is_gone_or_damaged_is_replaced_with_a_warning(
        [Values("config", "manifest")] string what, [Values("gone", "cut", "flipped", "empty")] string damage, [Values("k", "another")] string key)
    {
        await SaveAsync("k");
        var source = (await ImportAsync()).Sources[0];
        Damage((what == "config" ? source.Config : source.Manifest)!.Digest, damage);

        var saved = await SaveAsync(key);

        Assert.That(saved.Export!.Warnings, Has.Some.Contains("could not be read and was replaced"));
        await AssertRestoresAsync(key);
    }

    [Test]
    [Category("Slow")]
    public async Task A_damaged_config_or_manifest_is_replaced_by_a_copy_with_a_warning(
        [Values("config", "manifest")] string what, [Values("gone", "cut", "flipped", "empty")] string damage, [Values] bool isSameCache)
    {
        await SaveAsync("k");
        var import = await ImportAsync();
        var copy = $"type=local,dest={_folder["copy"]},mode=max";
        await _cache.CreateExporter(copy).ExportAsync(import.Graph);
        Damage((what == "config" ? import.Sources[0].Config : import.Sources[0].Manifest)!.Digest, damage, "copy");
        if (!isSameCache)
        {
            _folder.Write("in/file", "other content");
            await SaveAsync("another");
            import = await ImportAsync();
        }

        var report = await _cache.CreateExporter(copy).ExportAsync(import.Graph);

        var again = await _cache.CreateImporter($"type=local,src={_folder["copy"]}").ImportAsync();
        Assert.That(again.Sources[0].Error, Is.Null);
        Assert.That(report.Warnings.Single(), Does.Contain("could not be read and was replaced"));
        Assert.That(again.Graph.Records, Has.Length.EqualTo(import.Graph.Records.Length));
        Assert.That((await _cache.CreateExporter(copy).ExportAsync(import.Graph)).Warnings, Is.Empty);
    }

    [Test]
    public async Task What_is_whole_is_unchanged_and_says_so()
    {
        await SaveAsync("k");

        var again = await SaveAsync("k");

        Assert.That(again.IsUnchanged);
        Assert.That(again.Export!.Layers.Select(l => l.Outcome), Is.All.EqualTo(BlobPushOutcome.AlreadyPresent));
        Assert.That(again.Export.Layers, Has.Count.EqualTo(2), "each layer was asked for");
    }

    [Test]
    public async Task A_spool_directory_that_is_not_there_is_a_typed_error([Values] bool session)
    {
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression()
            .UseLayerOptions(new LayerOptions { SpoolDirectory = _folder["absent"] }).Build();
        await using var open = await cache.OpenSessionAsync([]);

        var error = session
            ? Assert.ThrowsAsync<CacheStorageException>(() => open.RecordAsync(SessionBench.Compile("a"), SessionBench.Output("A")))!
            : Assert.ThrowsAsync<CacheStorageException>(() => cache.Folders(Target).SaveAsync("k", _folder["in"]))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.StorageFailure));
        Assert.That(error.Message, Does.Contain(_folder["absent"]).And.Contains("TMPDIR").And.Not.Match("[^.] Free space"));
    }

    [Test]
    public async Task Ignore_error_covers_what_happens_before_the_export()
    {
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression()
            .UseLayerOptions(new LayerOptions { SpoolDirectory = _folder["absent"] }).Build();

        var saved = await cache.Folders(Target + ",ignore-error=true").SaveAsync("k", _folder["in"]);

        Assert.That(saved.Export!.Error, Is.TypeOf<CacheStorageException>());
        Assert.That(saved.IsUnchanged, Is.False);
    }

    [Test]
    [Category("Integration")]
    public async Task A_spool_directory_that_is_full_is_a_typed_error([Values] bool ignoreError)
    {
        using var small = await SmallFileSystem.MountAsync(_folder.Create("small"));
        _folder.Write("in/noise", Convert.ToBase64String(TestBlobBytes(600_000)));
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression()
            .UseLayerOptions(new LayerOptions { SpoolDirectory = _folder["small"] }).Build();
        var folders = cache.Folders(Target + (ignoreError ? ",ignore-error=true" : ""));

        var error = ignoreError
            ? (await folders.SaveAsync("k", _folder["in"])).Export!.Error
            : Assert.ThrowsAsync<CacheStorageException>(() => folders.SaveAsync("k", _folder["in"]));

        Assert.That(error, Is.TypeOf<CacheStorageException>());
        Assert.That(error!.Message, Does.Contain("space"));
        Assert.That(Directory.EnumerateFileSystemEntries(_folder["small"]), Is.Empty, "the spool was left");
    }

    private static byte[] TestBlobBytes(int count)
    {
        var bytes = new byte[count];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    private Task<FolderSave> SaveAsync(string key) => _cache.Folders(Target).SaveAsync(key, _folder["in"]);

    private Task<CacheImport> ImportAsync() => _cache.CreateImporter(Source).ImportAsync();

    private async Task AssertRestoresAsync(string key)
    {
        var into = _folder[Guid.NewGuid().ToString("N")];
        var found = await _cache.Folders(Target).RestoreAsync(key, fallbacks: null, into);
        Assert.That((found.IsExact, found.Failures.Count), Is.EqualTo((true, 0)));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(into, "file")), Is.EqualTo("the content"));
    }

    private void Damage(Digest digest, string how, string layout = "layout")
    {
        var path = _folder[$"{layout}/blobs/sha256/{digest.Hex}"];
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        switch (how)
        {
            case "cut":
                File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
                break;
            case "flipped":
                bytes[bytes.Length / 2] ^= 1;
                File.WriteAllBytes(path, bytes);
                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
        }
    }
}
