using System.Text;
using RegistryCache.Core.Tests.Session;
using RegistryCache.Core.Tests.Verification;
using RegistryCache.Fixtures;

namespace RegistryCache.Core.Tests.Comparison;

/// <summary>What a comparison of two caches, and of two layers, says.</summary>
internal sealed class CompareTests
{
    private const string Place = "type=registry,ref=ghcr.io/acme/app:";
    private SessionBench _bench = null!;

    [SetUp]
    public void Create() => _bench = new SessionBench();

    [TearDown]
    public async Task Remove() => await _bench.DisposeAsync();

    [Test]
    public async Task Records_results_and_layers_are_told_apart()
    {
        await BuildAsync("a", ("same", "same"), ("changed", "one"), ("left", "left"));
        await BuildAsync("b", ("same", "same"), ("changed", "two"), ("right", "right"), ("more", "more"));

        var found = await _bench.Cache.CompareAsync(Place + "a", Place + "b");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((found.IsHit, found.IsSame), Is.EqualTo((true, false)));
            Assert.That(found.OnlyLeft.Count(r => !r.Results.IsEmpty), Is.EqualTo(1));
            Assert.That(found.OnlyRight.Count(r => !r.Results.IsEmpty), Is.EqualTo(2));
            Assert.That(found.Both.Count(b => b.Outcome == ComparedResult.Different), Is.EqualTo(1));
            Assert.That(found.Both.Count(b => b.Outcome == ComparedResult.Same && b.Left.NewestResult is not null), Is.EqualTo(1));
            Assert.That((found.Layers.OnlyLeft.Count, found.Layers.OnlyRight.Count, found.Layers.Both.Count), Is.EqualTo((2, 3, 1)));
            Assert.That(found.Layers.Both.Bytes, Is.Positive);
            Assert.That(found.OtherBlobs.Count, Is.Zero);
        }

        var reverse = await _bench.Cache.CompareAsync(Place + "b", Place + "a");
        Assert.That(reverse.OnlyLeft.Select(r => r.Digest), Is.EqualTo(found.OnlyRight.Select(r => r.Digest)));
        Assert.That(reverse.Layers.OnlyRight, Is.EqualTo(found.Layers.OnlyLeft));
    }

    [Test]
    public async Task A_cache_is_the_same_as_itself_and_has_the_same_content_in_another_compression()
    {
        await using var bench = new DamagedCache();
        string[] sources = [.. new[] { "max-gzip", "max-gzip-index", "max-zstd", "max-uncompressed" }
            .Select(f => $"type=local,src={FixtureLayout.Open(f).Directory}")];

        Assert.That((await bench.Disk.CompareAsync(sources[0], sources[0])).IsSame);
        Assert.That((await bench.Disk.CompareAsync(sources[0], sources[1])).IsSame, "another form");
        foreach (var other in sources[2..])
        {
            var found = await bench.Disk.CompareAsync(sources[0], other);
            Assert.That((found.OnlyLeft.Count, found.OnlyRight.Count), Is.EqualTo((0, 0)));
            Assert.That(found.Both.Where(b => b.Left.NewestResult is not null).Select(b => b.Outcome), Is.All.EqualTo(ComparedResult.SameContent));
            Assert.That(found.OtherBlobs, Is.EqualTo(found.Layers.OnlyLeft));
        }
    }

    [Test]
    public async Task Min_is_max_without_some_results()
    {
        await using var bench = new DamagedCache();

        var found = await bench.Disk.CompareAsync(
            $"type=local,src={FixtureLayout.Open("max-gzip").Directory}", $"type=local,src={FixtureLayout.Open("min-gzip").Directory}");

        Assert.That((found.OnlyLeft.Count, found.OnlyRight.Count), Is.EqualTo((0, 0)));
        Assert.That(found.Both.Select(b => b.Outcome).Distinct(), Is.EquivalentTo([ComparedResult.Same, ComparedResult.OnlyLeft]));
        Assert.That(found.Layers.OnlyRight.Count, Is.Zero);
    }

    [Test]
    public async Task The_files_of_a_changed_layer_are_compared()
    {
        await using (var session = await _bench.OpenAsync())
        {
            await session.RecordAsync(SessionBench.Compile("x"), Layer(("gone", "g"), ("same", "s"), ("changed", "old"), ("mode", "m")));
            await session.ExportAsync(Place + "a,mode=max");
        }

        await using (var session = await _bench.OpenAsync())
        {
            await session.RecordAsync(SessionBench.Compile("x"), Layer(("changed", "newer"), ("new", "12345"), ("same", "s"), ("mode", "m!")));
            await session.ExportAsync(Place + "b,mode=max");
        }

        var changed = (await _bench.Cache.CompareAsync(Place + "a", Place + "b")).Both.Single(b => b.Outcome == ComparedResult.Different);
        var (left, right) = changed.FindLayers().Single();
        var files = await _bench.Cache.CompareLayersAsync(left!, right!);

        Assert.That(
            files.Files.Select(f => (f.Path, f.Left?.Size, f.Right?.Size, f.HasOtherContent)),
            Is.EqualTo(new (string, long?, long?, bool)[]
            {
                ("changed", 3, 5, true), ("gone", 1, null, false), ("mode", 1, 1, false), ("new", null, 5, false),
            }));
        Assert.That(files.Same, Is.EqualTo(1));
        Assert.That((await _bench.Cache.CompareLayersAsync(left!, left!)).Same, Is.Null);
        Assert.That(() => _bench.Cache.CompareLayersAsync(left!, right!, new RestoreLimits { MaxEntries = 2 }), Throws.InstanceOf<LimitExceededException>());
    }

    [Test]
    public async Task A_cache_that_is_not_there_is_no_hit_and_one_that_cannot_be_read_is_an_error()
    {
        await BuildAsync("a", ("x", "x"));
        Assert.That((await _bench.Cache.CompareAsync(Place + "a", Place + "none")).IsHit, Is.False);
        _bench.Store.RemoveBlob((await _bench.Cache.CreateImporter(Place + "a").ImportAsync()).Sources[0].Config!.Digest);
        Assert.That(() => _bench.Cache.CompareAsync(Place + "a", Place + "none"), Throws.InstanceOf<ContentNotFoundException>());
    }

    // A mark in the content stands for another mode, so that the bytes stay the same.
    private static LayerSource Layer(params (string Path, string Content)[] files) => LayerSource.FromEntries([.. files.Select(f =>
        LayerContent.File(
            f.Path, Encoding.UTF8.GetBytes(f.Content.TrimEnd('!')),
            f.Content.EndsWith('!') ? UnixFileMode.UserRead | UnixFileMode.UserExecute : UnixFileMode.UserRead))]);

    private Task BuildAsync(string tag, params (string Step, string Output)[] steps) => _bench.BuildAsync(
        $"{Place}{tag},mode=max", [.. steps.Select(s => (SessionBench.Compile(s.Step), s.Output))]);
}
