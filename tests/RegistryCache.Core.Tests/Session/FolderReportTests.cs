using Microsoft.Extensions.Time.Testing;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Session;

/// <summary>What restores and saves report about bytes, layers, time and the key that matched.</summary>
internal sealed class FolderReportTests
{
    private const string Target = "type=registry,ref=ghcr.io/acme/ci:report";
    private SessionBench _bench = null!;

    [SetUp]
    public async Task Create()
    {
        _bench = new SessionBench();
        _bench.Folder.Write("in/file", new string('x', 100_000));
        await _bench.Cache.Folders(Target).SaveAsync("nuget-1", _bench.Folder["in"]);
    }

    [TearDown]
    public async Task Remove() => await _bench.DisposeAsync();

    [TestCase("nuget-1", "nuget-1", null)]
    [TestCase("nuget-2", "nuget-1", "nuget-")]
    [TestCase("nuget-2-x", "nuget-1", "n")]
    [TestCase("other", null, null)]
    public async Task A_restore_says_which_key_and_prefix_matched(string key, string? expected, string? prefix)
    {
        string[] prefixes = key == "other" ? [] : key == "nuget-2-x" ? ["nuget-2-", "n"] : ["none-", "nuget-", "n"];

        var found = await _bench.Cache.Folders(Target).RestoreAsync(key, prefixes, _bench.Folder["back"]);

        Assert.That((found.Key, found.MatchedPrefix), Is.EqualTo((expected, prefix)));
    }

    [Test]
    public async Task A_restore_counts_the_bytes_of_all_layers_and_a_miss_none()
    {
        var folders = _bench.Cache.Folders(Target);
        var size = (await folders.ListAsync()).Single().Size;

        var found = await folders.RestoreAsync("nuget-1", null, _bench.Folder["back"]);
        var missed = await folders.RestoreAsync("none", null, _bench.Folder["back"]);

        Assert.That((found.BytesFetched, found.LayersReused), Is.EqualTo((size, 0)));
        Assert.That(found.Report!.Bytes, Is.EqualTo(100_000));
        Assert.That((missed.BytesFetched, missed.LayersReused), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Layers_from_local_blobs_are_reused_and_not_fetched()
    {
        await using var cache = new BuildCacheBuilder().UseTimeProvider(_bench.Time).UseStore(_bench.Store).UseCompression()
            .UseLocalBlobs(_bench.Folder["blobs"], 1 << 20).Build();
        var folders = cache.Folders(Target);

        var first = await folders.RestoreAsync("nuget-1", null, _bench.Folder["a"]);
        var second = await folders.RestoreAsync("nuget-1", null, _bench.Folder["b"]);

        Assert.That(first.LayersReused, Is.Zero);
        Assert.That(first.BytesFetched, Is.Positive);
        Assert.That((second.BytesFetched, second.LayersReused), Is.EqualTo((0, second.Report!.Layers)));
    }

    [Test]
    public async Task Phases_are_measured_with_the_clock_of_the_cache()
    {
        var store = new SlowStore(_bench.Store, _bench.Time);
        await using var cache = new BuildCacheBuilder().UseTimeProvider(_bench.Time).UseStore(store).UseCompression().Build();

        var found = await cache.Folders(Target).RestoreAsync("nuget-1", null, _bench.Folder["back"]);
        store.SideBySide = 0;
        var saved = await cache.Folders(Target).SaveAsync("nuget-2", _bench.Folder["in"]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.LookUpTime, Is.EqualTo(TimeSpan.FromSeconds(11)), "a manifest and a config");
            Assert.That(found.FetchTime, Is.EqualTo(TimeSpan.FromSeconds(2 * 20)), "two layers, each of which waits for both");
            Assert.That(found.Report!.Layers, Is.EqualTo(2));
            Assert.That(found.Duration, Is.EqualTo(found.LookUpTime + TimeSpan.FromSeconds(20)));
            Assert.That(saved.LookUpTime, Is.EqualTo(TimeSpan.FromSeconds(11)));
            Assert.That(saved.Duration, Is.GreaterThan(saved.LookUpTime));
        }
    }

    /// <summary>Opening a blob takes ten seconds, and reading a manifest one.</summary>
    private sealed class SlowStore(IContentStore inner, FakeTimeProvider time)
        : DelegatingContentStore(inner)
    {
        private readonly TaskCompletionSource _allAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _allWaited = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _asked;
        private int _waited;

        /// <summary>How many layers are opened at the same time. Each then takes as long as all of them, however the threads run.</summary>
        public int SideBySide { get; set; } = 2;

        public override async Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
        {
            var isLayer = SideBySide > 0 && MediaTypes.IsLayer(descriptor.MediaType);
            if (isLayer)
                await MeetAsync(_allAsked, Interlocked.Increment(ref _asked));
            time.Advance(TimeSpan.FromSeconds(10));
            if (isLayer)
                await MeetAsync(_allWaited, Interlocked.Increment(ref _waited));
            return await base.OpenBlobAsync(descriptor, cancellationToken);
        }

        private Task MeetAsync(TaskCompletionSource all, int here)
        {
            if (here == SideBySide)
                all.SetResult();
            return all.Task;
        }

        public override Task<ManifestContent?> FetchManifestAsync(
            ManifestReference reference, long maxBytes, CancellationToken cancellationToken = default)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return base.FetchManifestAsync(reference, maxBytes, cancellationToken);
        }
    }
}
