using RegistryCache.Core.Tests.Parameters;

namespace RegistryCache.Core.Tests.Plugging;

/// <summary>A kind of cache from outside is read, printed, checked and opened as the built-in ones are.</summary>
internal sealed class OwnKindTests
{
    private readonly ShelfProvider _shelves = new();
    private BuildCache _cache = null!;

    [SetUp]
    public void Build() => _cache = new BuildCacheBuilder().UseOci().UseStores(_shelves).UseCompression().Build();

    [TearDown]
    public async Task Dispose() => await _cache.DisposeAsync();

    [TestCase("type=shelf,name=x,slot=b", "type=shelf,name=x,slot=b")]
    [TestCase("SLOT=b,type=shelf,\"name=x,y\",mode=max,dusty=1", "type=shelf,dusty=true,mode=max,\"name=x,y\",slot=b")]
    [TestCase("type=shelf,name=x,compression=zstd,compression-level=3", "type=shelf,compression=zstd,compression-level=3,name=x,slot=a")]
    public void A_target_prints_as_the_text_that_gives_it_again(string text, string printed)
    {
        var target = _cache.ParseTarget(text);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(target, Is.TypeOf<ShelfTarget>());
            Assert.That(target.ToString(), Is.EqualTo(printed));
            Assert.That(_cache.ParseTarget(printed), Is.EqualTo(target));
            Assert.That(_cache.ParseSource(target.ToSource().ToString()), Is.EqualTo(target.ToSource()));
        }
    }

    [TestCase("type=shelf,slot=b", "name", null, "name=NAME is missing")]
    [TestCase("type=shelf,name=x,solt=b", "solt", "slot", "not a key of type=shelf")]
    [TestCase("type=shelf,name=x,dest=b", "dest", null, "it belongs to type=registry")]
    [TestCase("type=shelf,name=x,dusty=perhaps", "dusty", null, "true or false")]
    [TestCase("type=shelf,name=x,compression=zst", "compression", "zstd", "gzip, zstd")]
    [TestCase("type=shlf,name=x", "type", "shelf", "registry, local, inline, shelf")]
    public void Errors_have_a_position_and_the_nearest_name(string text, string key, string? suggestion, string message)
    {
        var error = Assert.Throws<CacheParameterException>(() => _cache.ParseTarget(text))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Key, Is.EqualTo(key));
            Assert.That(error.Suggestion, Is.EqualTo(suggestion));
            Assert.That(error.Message, Does.Contain(message).And.Contain("at position"));
        }
    }

    [Test]
    public void A_key_of_targets_is_told_from_an_unknown_one_in_a_source() => Assert.That(
        Assert.Throws<CacheParameterException>(() => _cache.ParseSource("type=shelf,name=x,dusty=1"))!.Message, Does.Contain("it belongs to --cache-to"));

    [Test]
    public async Task A_cache_goes_there_and_comes_back()
    {
        using var folder = new Snapshots.ScratchFolder();
        var source = Directory.CreateDirectory(folder["from"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(source, "a.txt"), "a");
        await _cache.Folders("type=shelf,name=x,slot=b").SaveAsync("key", source);

        var back = await _cache.Folders(new FolderCacheOptions { Sources = [_cache.ParseSource("type=shelf,name=x,slot=b")] }).RestoreAsync("key", [], folder["to"]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(back.IsExact, Is.True);
            Assert.That(await File.ReadAllTextAsync(Path.Combine(folder["to"], "a.txt")), Is.EqualTo("a"));
            Assert.That(_shelves.Shelves["x"].Tags.Keys, Is.EqualTo(new[] { "b" }));
        }
    }

    [Test]
    public void Two_kinds_of_one_name_are_refused_when_the_cache_is_built() => Assert.That(
        () => new BuildCacheBuilder().UseStores(_shelves).UseStores(new ShelfProvider()).Build(),
        Throws.InstanceOf<RegistryCacheException>().With.Message.Contains("type=shelf"));

    [Test]
    public void Without_the_provider_the_type_is_unknown() => Assert.That(ParameterErrors.OfTarget("type=shelf,name=x").Key, Is.EqualTo("type"));
}
