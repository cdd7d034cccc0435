using System.Text;
using RegistryCache.Core.Tests.Session;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Pruning;

/// <summary>Tags that are pruned while others write.</summary>
internal sealed class PruneTagTests
{
    private const string Place = "type=registry,ref=ghcr.io/acme/app";
    private static readonly PruneRules OldKeys = new() { Keys = ["old-*"] };
    private SessionBench _bench = null!;

    [SetUp]
    public void Create() => _bench = new SessionBench();

    [TearDown]
    public async Task Remove() => await _bench.DisposeAsync();

    [Test]
    public async Task What_is_saved_after_the_plan_stays_even_if_the_rules_speak_of_it()
    {
        await SaveAsync("old-1", "one");
        await SaveAsync("old-2", "two");
        await SaveAsync("new-1", "three");
        var plan = await _bench.Cache.PlanPruneAsync(Place + ":ci", OldKeys);
        await SaveAsync("old-2", "two, saved again");
        await SaveAsync("old-3", "four");

        var report = await _bench.Cache.PruneAsync(plan);

        Assert.That(report.IsComplete);
        Assert.That(plan.Tags.Single().Pruned.Results.Select(r => r.Key), Is.EquivalentTo(["old-1", "old-2"]));
        Assert.That(await KeysAsync(_bench.Cache), Is.EqualTo(["old-3", "old-2", "new-1"]));
    }

    [Test]
    public async Task A_tag_with_nothing_left_goes_unless_somebody_has_added_to_it([Values] bool added)
    {
        await SaveAsync("old-1", "one");
        var plan = await _bench.Cache.PlanPruneAsync(Place, OldKeys);
        if (added)
            await SaveAsync("new-1", "two");

        var tag = (await _bench.Cache.PruneAsync(plan)).Tags.Single();

        Assert.That((tag.IsDone, tag.Removal), Is.EqualTo((true, added ? null : (ManifestRemoval?)ManifestRemoval.Deleted)));
        Assert.That(await KeysAsync(_bench.Cache), Is.EqualTo(added ? ["new-1"] : Array.Empty<string>()));
    }

    [Test]
    public async Task A_writer_that_brings_planned_results_back_is_seen_where_tags_cannot_move_on_a_condition()
    {
        await SaveAsync("old-1", "one");
        await SaveAsync("new-1", "two");
        var plain = new PlainStore(_bench.Store);
        await using var cache = Over(plain, TimeSpan.FromSeconds(1));
        var plan = await cache.PlanPruneAsync(Place + ":ci", OldKeys);

        // A writer that read the tag before, and moves it right after us.
        var before = _bench.Store.Tags["ghcr.io/acme/app:ci"];
        plain.AfterMove = () => _bench.Store.PushManifestAsync(_bench.Store.FetchManifestAsync(ManifestReference.ByDigest(before), 1 << 20).Result!, "ghcr.io/acme/app:ci");
        var pruning = cache.PruneAsync(plan);
        while (!pruning.IsCompleted)
        {
            _bench.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.That((await pruning).IsComplete);
        Assert.That(plain.Moves, Is.EqualTo(2));
        Assert.That(await KeysAsync(_bench.Cache), Is.EqualTo(["new-1"]));
    }

    [Test]
    public async Task Writers_without_end_are_a_typed_error_of_this_tag_and_the_others_are_pruned()
    {
        await SaveAsync("old-1", "one");
        await SaveAsync("new-1", "two");
        await using var cache = Over(new RestlessStore(_bench.Store), TimeSpan.Zero, attempts: 1);

        var report = await cache.PruneAsync(await cache.PlanPruneAsync(Place, OldKeys));

        Assert.That(report.Tags.Single().Error?.Code, Is.EqualTo(RegistryCacheErrorCode.TagContended));
        Assert.That((report.IsComplete, report.FreedBytes), Is.EqualTo((false, 0)));
        Assert.That(await KeysAsync(_bench.Cache), Is.EqualTo(["new-1", "old-1"]));
    }

    [Test]
    public async Task What_another_tag_needs_is_not_freed_and_images_are_not_touched()
    {
        await SaveAsync("old-1", "one");
        await _bench.Store.PushManifestAsync((await ManifestAsync("ci"))!, "ghcr.io/acme/app:copy");
        await _bench.Store.PushManifestAsync(new ManifestContent(MediaTypes.OciManifest, "{\"layers\":[]}"u8.ToArray()), "ghcr.io/acme/app:image");

        var refused = Assert.ThrowsAsync<RegistryCacheException>(
            () => _bench.Cache.PlanRemovalAsync(_bench.Cache.ParseSource(Place + ":image")))!;
        Assert.That(refused.Message, Does.EndWith("Name a tag with a cache, or allow its removal (allowsImages, --image)."));
        var one = await _bench.Cache.PlanRemovalAsync(_bench.Cache.ParseSource(Place + ":ci"));
        var both = await _bench.Cache.PlanPruneAsync(Place, OldKeys);

        Assert.That((one.FreedBytes, one.Tags.Count), Is.EqualTo((0, 1)));
        Assert.That(both.Tags.Select(t => t.Name), Is.EqualTo(["ci", "copy"]));
        Assert.That(both.FreedBytes, Is.Positive.And.EqualTo(both.Tags[0].FreedBytes));
        Assert.That(
            () => _bench.Cache.PlanRemovalAsync(_bench.Cache.ParseSource(Place + ":image")),
            Throws.InstanceOf<RegistryCacheException>().With.Property("Code").EqualTo(RegistryCacheErrorCode.TagNotCache));
        var image = await _bench.Cache.PruneAsync(await _bench.Cache.PlanRemovalAsync(_bench.Cache.ParseSource(Place + ":image"), allowsImages: true));
        Assert.That((image.IsComplete, image.FreedBytes), Is.EqualTo((true, 13)));
    }

    [Test]
    public async Task An_index_frees_its_children_and_referrers_go_with_what_they_speak_of()
    {
        await SaveAsync("old-1", "one");
        var (child, layer) = (Push("{\"layers\":[]}"), await LayerAsync("signature"));
        var index = Push($"{{\"manifests\":[{Describe(child.Descriptor)}]}}", MediaTypes.OciIndex, "multi");
        var signature = Push($"{{\"layers\":[{Describe(layer)}]}}");
        await using var cache = Over(new SignedStore(_bench.Store, index.Descriptor.Digest, signature.Descriptor), TimeSpan.Zero);

        var plan = await cache.PlanRemovalAsync(cache.ParseSource(Place + ":multi"), allowsImages: true);
        var report = await cache.PruneAsync(plan);

        Digest[] all = [index.Descriptor.Digest, child.Descriptor.Digest, signature.Descriptor.Digest, layer.Digest];
        Assert.That(plan.Freed.Keys, Is.EquivalentTo(all));
        Assert.That((report.IsComplete, report.FreedBytes), Is.EqualTo((true, plan.FreedBytes)));
        Assert.That(_bench.Store.ManifestDigests.Intersect(all), Is.Empty);
    }

    private BuildCache Over(IContentStore store, TimeSpan settle, int attempts = 20) => new BuildCacheBuilder().UseTimeProvider(_bench.Time)
        .UseExportOptions(new CacheExportOptions { MergeSettleTime = settle, MaxMergeAttempts = attempts }).UseStore(store).UseCompression().Build();

    private Task<ManifestContent?> ManifestAsync(string tag) =>
        _bench.Store.FetchManifestAsync(ManifestReference.ByTag("ghcr.io/acme/app:" + tag), 1 << 20);

    private ManifestContent Push(string json, string mediaType = MediaTypes.OciManifest, string? tag = null)
    {
        var manifest = new ManifestContent(mediaType, Encoding.UTF8.GetBytes(json));
        _bench.Store.PushManifestAsync(manifest, tag is null ? null : "ghcr.io/acme/app:" + tag).GetAwaiter().GetResult();
        return manifest;
    }

    private async Task<Descriptor> LayerAsync(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var descriptor = new Descriptor("text/plain", Digest.OfBytes(bytes), bytes.Length);
        await _bench.Store.PushBlobAsync(descriptor, BlobSource.FromBytes(bytes), null);
        return descriptor;
    }

    private static string Describe(Descriptor d) => $"{{\"mediaType\":\"{d.MediaType}\",\"digest\":\"{d.Digest}\",\"size\":{d.Size}}}";

    private async Task SaveAsync(string key, string content)
    {
        _bench.Folder.Write("in/file", content);
        await _bench.Cache.Folders(Place + ":ci").SaveAsync(key, _bench.Folder["in"]);
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
    }

    private static async Task<List<string>> KeysAsync(BuildCache cache) =>
        [.. (await cache.Folders(Place + ":ci").ListAsync()).Select(k => k.Key)];

    /// <summary>A store like a registry: tags cannot be moved on a condition.</summary>
    private sealed class PlainStore(InMemoryContentStore inner) : DelegatingContentStore(inner)
    {
        public override StoreCapabilities Capabilities => StoreCapabilities.ListTags | StoreCapabilities.DeleteManifests;

        public int Moves { get; private set; }

        public Func<Task>? AfterMove { get; set; }

        public override async Task<bool> TryPushManifestAsync(
            ManifestContent manifest, string tag, Digest? expected, CancellationToken cancellationToken = default)
        {
            if (!await base.TryPushManifestAsync(manifest, tag, expected, cancellationToken))
                return false;
            Moves++;
            var then = AfterMove;
            AfterMove = null;
            if (then is not null)
                await then();
            return true;
        }
    }

    private sealed class SignedStore(InMemoryContentStore inner, Digest subject, Descriptor signature) : DelegatingContentStore(inner)
    {
        public override IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest of, CancellationToken cancellationToken = default) =>
            of == subject ? new[] { signature }.ToAsyncEnumerable() : AsyncEnumerable.Empty<Descriptor>();
    }
}
