using RegistryCache.Core.Tests.Session;
using RegistryCache.Core.Tests.Snapshots;
using RegistryCache.Oci;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Plugging;

/// <summary>Which store opens a location does not depend on the order of the calls, and a wrapper keeps what a store can do.</summary>
internal sealed class StoreOrderTests
{
    private const string Registry = "type=registry,ref=registry.invalid/acme/app:main";

    [Test]
    public async Task One_store_wins_over_registries_in_whatever_order([Values] bool first)
    {
        var store = new InMemoryContentStore();
        var builder = new BuildCacheBuilder().UseCompression();
        await using var cache = (first ? builder.UseStore(store).UseOci() : builder.UseOci().UseStore(store)).Build();

        await SaveAsync(cache, Registry);

        Assert.That(store.Tags.Keys, Is.EqualTo(new[] { "registry.invalid/acme/app:main" }));
    }

    [Test]
    public async Task Added_stores_win_over_registries_in_whatever_order([Values] bool first)
    {
        var store = new InMemoryContentStore();
        var builder = new BuildCacheBuilder().UseCompression();
        await using var cache = (first ? builder.UseStores(new SingleStoreProvider(store)).UseOci() : builder.UseOci().UseStores(new SingleStoreProvider(store))).Build();

        await SaveAsync(cache, Registry);

        Assert.That(store.Tags, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Two_providers_that_open_one_place_are_refused_by_name([Values] bool first)
    {
        await using var one = new TwoStores(new InMemoryContentStore(), new InMemoryContentStore());
        var other = new SingleStoreProvider(new InMemoryContentStore());
        var builder = new BuildCacheBuilder().UseOci().UseCompression();
        await using var cache = (first ? builder.UseStores(one).UseStores(other) : builder.UseStores(other).UseStores(one)).Build();

        var error = Assert.Throws<RegistryCacheException>(() => cache.CreateImporter(Registry))!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.InvalidOptions));
            Assert.That(error.Message, Does.Contain(nameof(TwoStores)).And.Contain(nameof(SingleStoreProvider)));
            Assert.That(error.Message, Does.Contain("registry.invalid/acme/app"));
        }
    }

    [Test]
    public async Task One_store_wins_over_providers_that_open_the_same_place([Values] bool first)
    {
        var store = new InMemoryContentStore();
        var builder = new BuildCacheBuilder().UseCompression();
        var other = new SingleStoreProvider(new InMemoryContentStore());
        await using var cache = (first ? builder.UseStore(store).UseStores(other) : builder.UseStores(other).UseStore(store)).Build();

        await SaveAsync(cache, Registry);

        Assert.That(store.Tags, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_second_store_for_everything_is_refused() => Assert.That(
        () => new BuildCacheBuilder().UseStore(new InMemoryContentStore()).UseStore(new InMemoryContentStore()),
        Throws.InstanceOf<RegistryCacheException>().With.Property(nameof(RegistryCacheException.Code)).EqualTo(RegistryCacheErrorCode.InvalidOptions));

    [Test]
    public async Task Reset_works_with_one_store_for_everything()
    {
        using var folder = new ScratchFolder();
        var store = new OciLayoutStore(folder["layout"], new OciLayoutOptions { ResetGracePeriod = TimeSpan.Zero });
        var orphan = "orphan"u8.ToArray();
        var descriptor = new Descriptor(MediaTypes.OciLayer, Digest.OfBytes(orphan), orphan.Length);
        await store.PushBlobAsync(descriptor, BlobSource.FromBytes(orphan), null, CancellationToken.None);
        await using var cache = new BuildCacheBuilder().UseStore(store).UseCompression().Build();

        await SaveAsync(cache, "type=local,dest=d,reset=true");

        Assert.That(await store.FindBlobAsync(descriptor.Digest, CancellationToken.None), Is.Null);
    }

    [Test]
    public void A_decorator_keeps_every_member_of_the_contract()
    {
        var contract = typeof(IContentStore).GetInterfaces().Append(typeof(IContentStore));
        foreach (var type in contract)
        {
            var map = typeof(DelegatingContentStore).GetInterfaceMap(type);
            foreach (var (member, target) in map.InterfaceMethods.Zip(map.TargetMethods))
            {
                Assert.That(target?.DeclaringType, Is.EqualTo(typeof(DelegatingContentStore)), member.Name);
                Assert.That(target!.IsVirtual && !target.IsFinal, member.Name);
            }
        }
    }

    [Test]
    public async Task A_decorated_store_moves_tags_lists_deletes_and_sweeps_like_the_store_inside()
    {
        using var folder = new ScratchFolder();
        IContentStore layout = new Decorated(new OciLayoutStore(folder["layout"]));
        IContentStore part = new Core.Storage.TagPrefixStore(new Decorated(new InMemoryContentStore()), "p");
        var manifest = new ManifestContent(MediaTypes.OciManifest, """{"schemaVersion":2,"layers":[]}"""u8.ToArray());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(layout.Capabilities, Is.EqualTo(
                StoreCapabilities.ConditionalTags | StoreCapabilities.Sweep | StoreCapabilities.ListTags
                | StoreCapabilities.DeleteManifests | StoreCapabilities.VerifiesWrites));
            Assert.That(await layout.TryPushManifestAsync(manifest, "t", null, CancellationToken.None), Is.True);
            Assert.That(await layout.ListTagsAsync(CancellationToken.None).ToListAsync(), Is.EqualTo(new[] { "t" }));
            Assert.That((await layout.SweepAsync(CancellationToken.None)).RemovedBlobs, Is.Zero);
            Assert.That(await layout.DeleteManifestAsync(ManifestReference.ByTag("t"), CancellationToken.None), Is.True);
            Assert.That(await layout.ListTagsAsync(CancellationToken.None).ToListAsync(), Is.Empty);
            Assert.That(await part.TryPushManifestAsync(manifest, "t", null, CancellationToken.None), Is.True);
            Assert.That(await part.ListTagsAsync(CancellationToken.None).ToListAsync(), Is.EqualTo(new[] { "t" }));
            Assert.That(await part.DeleteManifestAsync(ManifestReference.ByTag("t"), CancellationToken.None), Is.True);
            Assert.That(await part.ListTagsAsync(CancellationToken.None).ToListAsync(), Is.Empty);
            Assert.That(() => part.SweepAsync(CancellationToken.None), Throws.InstanceOf<NotSupportedException>());
        }
    }

    [Test]
    public async Task A_layer_does_not_open_after_disposal()
    {
        var cache = new BuildCacheBuilder().UseStore(new InMemoryContentStore()).UseCompression().Build();
        await using var layer = await cache.EncodeLayerAsync(new MemoryStream(new byte[1024]), LayerCompression.Gzip);
        var content = new CacheLayer(layer.Descriptor, layer.Source);
        await cache.DisposeAsync();

        Assert.That(() => cache.OpenLayerAsync(content), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => cache.OpenLayerRangesAsync(content), Throws.InstanceOf<ObjectDisposedException>());
    }

    private static async Task SaveAsync(BuildCache cache, string target)
    {
        using var folder = new ScratchFolder();
        var source = Directory.CreateDirectory(folder["from"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(source, "a.txt"), "a");
        await cache.Folders(target).SaveAsync("key", source);
    }

    private sealed class Decorated(IContentStore inner) : DelegatingContentStore(inner);
}
