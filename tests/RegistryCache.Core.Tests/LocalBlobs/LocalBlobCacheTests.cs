using RegistryCache.Core.Tests.Snapshots;
using RegistryCache.Fixtures.Content;
using RegistryCache.Testing;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Core.Tests.LocalBlobs;

/// <summary>What a cache with local blobs asks a registry for.</summary>
[Category("Slow")]
internal sealed class LocalBlobCacheTests
{
    private static readonly CacheStep Step = CacheStep.Define("acme.step.v1").With("n", "1");
    private readonly RecordedLog _log = new();
    private ScratchFolder _folder = null!;
    private TestRegistry _registry = null!;

    private string Source => $"type=registry,ref={_registry.Host}/acme/app:t";

    [SetUp]
    public async Task Create()
    {
        _folder = new ScratchFolder();
        _registry = await TestRegistry.StartAsync();
        _folder.Write("in/one", new string('a', 300_000));
        _folder.Write("in/two", Convert.ToHexString(RandomTar.Create(seed: 5)));
    }

    [TearDown]
    public async Task Remove()
    {
        await _registry.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_session_fetches_no_blob_twice()
    {
        await RecordAsync(Open(withBlobs: false));

        await RestoreStepAsync();
        var first = BlobReads();
        await RestoreStepAsync();

        Assert.That(first, Is.EqualTo(2), "the config and the layer");
        Assert.That(BlobReads(), Is.EqualTo(first));
    }

    [Test]
    public async Task A_session_fetches_nothing_that_it_recorded_here()
    {
        await RecordAsync(Open(withBlobs: true));

        await RestoreStepAsync();

        Assert.That(BlobReads(), Is.Zero);
    }

    [Test]
    public async Task A_folder_is_restored_without_fetching_what_was_saved_here()
    {
        await using (var cache = Open(withBlobs: true))
            await cache.Folders(Source).SaveAsync("k", _folder["in"]);
        await using (var cache = Open(withBlobs: true))
            await cache.Folders(Source).RestoreAsync("k", [], _folder["out"]);

        Assert.That(BlobReads(), Is.Zero);
        Assert.That(await File.ReadAllTextAsync(_folder["out/one"]), Is.EqualTo(new string('a', 300_000)));
    }

    [Test]
    public async Task What_is_fetched_for_a_damaged_copy_is_counted_and_kept()
    {
        await using (var cache = Open(withBlobs: true))
            await cache.Folders(Source).SaveAsync("k", _folder["in"]);
        var largest = new DirectoryInfo(_folder["blobs"]).EnumerateFiles("*", SearchOption.AllDirectories).MaxBy(f => f.Length)!;
        var bytes = await File.ReadAllBytesAsync(largest.FullName);
        bytes[^40] ^= 1;
        await File.WriteAllBytesAsync(largest.FullName, bytes);

        var restored = new List<FolderRestore>();
        foreach (var name in (string[])["out", "again"])
        {
            await using var cache = Open(withBlobs: true);
            restored.Add(await cache.Folders(Source).RestoreAsync("k", [], _folder[name]));
        }

        Assert.That(BlobReads(), Is.EqualTo(1));
        Assert.That(restored.Select(r => r.Report!.Layers - r.LayersReused), Is.EqualTo(new[] { 1, 0 }));
        Assert.That(restored[0].BytesFetched, Is.GreaterThan(bytes.Length / 2).And.LessThanOrEqualTo(bytes.Length));
        Assert.That(restored[1].BytesFetched, Is.Zero);
    }

    [Test]
    public async Task A_saved_folder_does_not_hold_the_local_blobs()
    {
        await using (var cache = Open(withBlobs: true, _folder["in/blobs"]))
        {
            await cache.Folders(Source).SaveAsync("k", _folder["in"]);
            await cache.Folders(Source).SaveAsync("k2", _folder["in"]);
        }

        await using (var cache = Open(withBlobs: false))
            await cache.Folders(Source).RestoreAsync("k2", [], _folder["out"]);

        Assert.That(Directory.Exists(_folder["in/blobs"]));
        Assert.That(Directory.GetFileSystemEntries(_folder["out"]).Select(Path.GetFileName), Is.EquivalentTo(new[] { "one", "two" }));
    }

    [Test]
    public async Task A_blob_that_the_target_has_is_neither_read_nor_kept()
    {
        await RecordAsync(Open(withBlobs: false));
        await using var cache = Open(withBlobs: true);
        var import = await cache.CreateImporter(Source).ImportAsync();
        var before = BlobReads();

        await cache.CreateExporter($"{Source}-again,mode=max").ExportAsync(import.Graph);
        await cache.CreateExporter($"type=registry,ref={_registry.Host}/acme/other:t,mode=max").ExportAsync(import.Graph);

        Assert.That(before, Is.EqualTo(1), "the config");
        Assert.That(BlobReads(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_copy_to_a_directory_reads_the_registry_once()
    {
        await RecordAsync(Open(withBlobs: false));
        await CopyAsync("first");
        var first = BlobReads();

        await CopyAsync("second");

        Assert.That(first, Is.EqualTo(2));
        Assert.That(BlobReads(), Is.EqualTo(first));
        Assert.That(Directory.GetFiles(_folder["second"], "*", SearchOption.AllDirectories), Has.Length.GreaterThan(3));
    }

    [Test]
    public async Task Whatever_is_damaged_or_deleted_a_restore_succeeds()
    {
        await RecordAsync(Open(withBlobs: true));
        foreach (var file in Directory.GetFiles(_folder["blobs"], "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(file, bytes);
        }

        await RestoreStepAsync();
        _folder.Delete("blobs");
        await RestoreStepAsync();

        Assert.That(BlobReads(), Is.EqualTo(4));
        Assert.That(_log.Lines.Where(l => l.Contains("Warning", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void The_directory_and_its_size_are_checked()
    {
        var builder = new BuildCacheBuilder();
        var empty = Assert.Throws<RegistryCacheException>(() => builder.UseLocalBlobs(""))!;
        var none = Assert.Throws<RegistryCacheException>(() => builder.UseLocalBlobs("d", 0))!;

        Assert.That(new[] { empty.Code, none.Code }, Is.All.EqualTo(RegistryCacheErrorCode.InvalidOptions));
        Assert.That(empty.Message, Does.Contain("directory"));
        Assert.That(none.Message, Does.Contain("maxBytes"));
    }

    private BuildCache Open(bool withBlobs, string? directory = null)
    {
        var builder = new BuildCacheBuilder().UseLogging(_log).UseOci().UseCompression();
        return (withBlobs ? builder.UseLocalBlobs(directory ?? _folder["blobs"]) : builder).Build();
    }

    private int BlobReads() => _registry.Requests.Count(r => r.Kind == RequestKind.Blob && r.Method == "GET");

    private async Task RecordAsync(BuildCache cache)
    {
        await using (cache)
        await using (var session = await cache.OpenSessionAsync(new BuildSessionOptions()))
        {
            await session.RecordAsync(Step, LayerSource.FromDirectory(_folder["in"]));
            await session.ExportAsync($"{Source},mode=max");
        }
    }

    private async Task RestoreStepAsync()
    {
        _folder.Delete("out");
        await using var cache = Open(withBlobs: true);
        await using var session = await cache.OpenSessionAsync([Source]);
        var hit = await session.FindAsync(Step);
        await hit!.RestoreAsync(_folder["out"]);
        Assert.That(await File.ReadAllTextAsync(_folder["out/one"]), Is.EqualTo(new string('a', 300_000)));
    }

    private async Task CopyAsync(string name)
    {
        await using var cache = Open(withBlobs: true);
        var import = await cache.CreateImporter(Source).ImportAsync();
        await cache.CreateExporter($"type=local,dest={_folder[name]},mode=max").ExportAsync(import.Graph);
    }
}
