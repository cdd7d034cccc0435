using System.Text;
using RegistryCache.Core.Tests.Session;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Listing;

/// <summary>What a listing of tags and keys says.</summary>
internal sealed class ListingTests
{
    private const string Place = "type=registry,ref=ghcr.io/acme/app";
    private SessionBench _bench = null!;

    [SetUp]
    public void Create() => _bench = new SessionBench();

    [TearDown]
    public async Task Remove() => await _bench.DisposeAsync();

    [Test]
    public async Task Every_tag_with_a_cache_is_listed_the_newest_first()
    {
        await BuildAsync("old", ("a", "shared"));
        await BuildAsync("new", ("a", "shared"), ("b", "only here"));

        var listing = await _bench.Cache.ListAsync(Place);

        Assert.That(listing.Tags.Select(t => t.Name), Is.EqualTo(["new", "old"]));
        var (newest, oldest) = (listing.Tags[0], listing.Tags[1]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((newest.Layers, oldest.Layers, listing.Layers), Is.EqualTo((2, 1, 2)));
            Assert.That(newest.Records, Is.GreaterThan(oldest.Records));
            Assert.That(newest.OwnSize, Is.EqualTo(newest.Size - oldest.Size), "the layer that both have is not its own");
            Assert.That(oldest.OwnSize, Is.Zero);
            Assert.That(listing.Size, Is.EqualTo(newest.Size), "a layer that both have counts once");
            Assert.That(newest.CreatedAt, Is.GreaterThan(oldest.CreatedAt!.Value));
            Assert.That((listing.IsComplete, listing.OtherTags, listing.Failures.Count), Is.EqualTo((true, 0, 0)));
            Assert.That(newest.Form, Is.EqualTo(CacheManifestForm.ImageManifest));
            Assert.That(newest.Keys, Is.Empty);
        }
    }

    [Test]
    public async Task A_source_with_a_tag_lists_that_tag_with_its_keys()
    {
        await BuildAsync("other", ("a", "a"));
        await SaveAsync("k1", "same");
        await SaveAsync("k2", "same");
        await SaveAsync("k3", "different");

        var tag = (await _bench.Cache.ListAsync(Place + ":ci")).Tags.Single();

        Assert.That(tag.Keys.Select(k => k.Key), Is.EqualTo(["k3", "k2", "k1"]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tag.Name, Is.EqualTo("ci"));
            Assert.That(tag.Keys.Select(k => k.Layers), Is.All.EqualTo(2), "the files and their times");
            Assert.That(tag.Keys[0].OwnSize, Is.EqualTo(tag.Keys[0].Size).Or.GreaterThan(0));
            Assert.That(tag.Keys[2].OwnSize, Is.LessThan(tag.Keys[2].Size), "two keys have the same files");
            Assert.That(tag.OwnSize, Is.EqualTo(tag.Size));
            Assert.That(await _bench.Cache.Folders(Place + ":ci").ListAsync(), Is.EqualTo(tag.Keys));
        }
    }

    [Test]
    public async Task A_digest_lists_one_cache()
    {
        await BuildAsync("main", ("a", "a"));
        var digest = (await _bench.Cache.ListAsync(Place)).Tags.Single().Manifest.Digest;

        Assert.That((await _bench.Cache.ListAsync($"{Place}@{digest}")).Tags.Single().Name, Is.EqualTo(digest.ToString()));
    }

    [TestCase(Place)]
    [TestCase(Place + ":none")]
    public async Task Where_there_is_no_cache_the_listing_is_empty(string source) =>
        Assert.That((await _bench.Cache.ListAsync(source)).Tags, Is.Empty);

    [Test]
    public async Task A_limit_reads_no_more_tags_and_says_so()
    {
        foreach (var tag in (string[])["a", "b", "c"])
            await BuildAsync(tag, ("step", tag));

        Assert.That((await _bench.Cache.ListAsync(Place, maxTags: 2)) is { IsComplete: false, Tags.Count: 2 });
        Assert.That((await _bench.Cache.ListAsync(Place, maxTags: 3)) is { IsComplete: true, Tags.Count: 3 });
        Assert.That(() => _bench.Cache.ListAsync(Place, maxTags: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task A_damaged_tag_is_named_and_the_others_are_listed()
    {
        await BuildAsync("good", ("a", "a"));
        await BuildAsync("bad", ("b", "b"));
        var import = await _bench.Cache.CreateImporter(Place + ":bad").ImportAsync();
        _bench.Store.RemoveBlob(import.Sources[0].Config!.Digest);

        var listing = await _bench.Cache.ListAsync(Place);

        Assert.That(listing.Tags.Single().Name, Is.EqualTo("good"));
        Assert.That(listing.Failures.Single() is ("bad", { Code: RegistryCacheErrorCode.ContentNotFound, Side: CacheSide.Source }));
        Assert.That(() => _bench.Cache.ListAsync(Place + ":bad"), Throws.InstanceOf<ContentNotFoundException>());
    }

    [Test]
    public async Task Tags_without_a_cache_are_counted_and_annotations_of_a_manifest_are_kept()
    {
        await BuildAsync("main", ("a", "a"));
        await RewriteAsync("main", "named", json => json[..^1] + ",\"annotations\":{\"org.opencontainers.image.vendor\":\"acme ci\"}}");
        await RewriteAsync("main", "image", json => json.Replace("vnd.buildkit.cacheconfig.v0", "vnd.acme.other"));

        var listing = await _bench.Cache.ListAsync(Place);

        Assert.That(listing.Tags.Select(t => t.Name), Is.EquivalentTo(["main", "named"]));
        Assert.That((listing.OtherTags, listing.Failures.Count), Is.EqualTo((1, 0)));
        Assert.That(listing.Tags.Single(t => t.Name == "named").Annotations["org.opencontainers.image.vendor"], Is.EqualTo("acme ci"));
        Assert.That(listing.Tags.Single(t => t.Name == "main").Annotations, Is.Empty);
    }

    [Test]
    public async Task A_store_that_cannot_list_tags_is_an_error_that_says_what_to_do()
    {
        await using var cache = new BuildCacheBuilder().UseStore(new NoTagsStore(_bench.Store)).UseCompression().Build();

        Assert.That(() => cache.ListAsync(Place), Throws.InstanceOf<RegistryCacheException>()
            .With.Property("Code").EqualTo(RegistryCacheErrorCode.InvalidOptions).And.Message.Contains("Name a tag"));
    }

    private Task BuildAsync(string tag, params (string Step, string Output)[] steps) => _bench.BuildAsync(
        $"{Place}:{tag},mode=max", [.. steps.Select(s => (SessionBench.Compile(s.Step), s.Output))]);

    private async Task SaveAsync(string key, string content)
    {
        _bench.Folder.Write("in/file", content);
        await _bench.Cache.Folders(Place + ":ci").SaveAsync(key, _bench.Folder["in"]);
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
    }

    private async Task RewriteAsync(string from, string to, Func<string, string> change)
    {
        var manifest = await _bench.Store.FetchManifestAsync(ManifestReference.ByTag("ghcr.io/acme/app:" + from), 1 << 20);
        var bytes = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(manifest!.Bytes.Span)));
        await _bench.Store.PushManifestAsync(new ManifestContent(manifest.Descriptor.MediaType, bytes), "ghcr.io/acme/app:" + to);
    }

    private sealed class NoTagsStore(IContentStore inner) : DelegatingContentStore(inner)
    {
        public override StoreCapabilities Capabilities => Inner.Capabilities & ~StoreCapabilities.ListTags;
    }
}
