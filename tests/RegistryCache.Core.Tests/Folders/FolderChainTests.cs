using RegistryCache.Core.Folders;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Tests.Session;
using RegistryCache.Core.Tests.Snapshots;

namespace RegistryCache.Core.Tests.Folders;

/// <summary>A folder that changes from save to save: what is restored, what is sent, and which layers stay.</summary>
[Platform("Linux")]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category("Slow")]
internal sealed class FolderChainTests
{
    private const string Target = "type=registry,ref=ghcr.io/acme/ci:folders";
    private static readonly RestoreOptions Replacing = new() { ReplaceExisting = true };

    [TestCase(1, 64 << 10)]
    [TestCase(3, 4 << 10)]
    [TestCase(10, 64 << 10)]
    [TestCase(11, 4 << 10)]
    [Category("Slow")]
    public async Task Every_saved_state_is_restored_from_scratch_and_on_top_of_every_other(int seed, int scale)
    {
        await TestContext.Out.WriteLineAsync($"seed {seed}");
        var random = new Random(seed);
        await using var bench = new SessionBench();
        var tree = new RandomTree(bench.Folder.Create("tree"), random);
        tree.Grow(random.Next(5, 60));
        var folders = Open(bench.Cache, scale);
        var states = new List<List<string>>();
        var (newBases, rewrites) = (0, 0);
        for (var i = 0; i < 25; i++)
        {
            var saved = await folders.SaveAsync($"k{i}", tree.Root);
            newBases += saved.IsNewBase ? 1 : 0;
            rewrites += !saved.IsNewBase && saved.LayersMade > 2 ? 1 : 0;
            Assert.That(saved.Layers, Is.LessThanOrEqualTo(127));
            states.Add(Trees.Describe(tree.Root));
            bench.Time.Advance(TimeSpan.FromMinutes(1));
            for (var edits = random.Next(4); edits > 0; edits--)
                tree.Edit();
        }

        await TestContext.Out.WriteLineAsync($"{newBases} bases and {rewrites} rewrites in {states.Count} saves");
        for (var i = 0; i < states.Count; i++)
        {
            await AssertRestoresAsync(folders, $"k{i}", bench.Folder[$"out{i}"], states[i]);
            await AssertRestoresAsync(folders, $"k{i}", bench.Folder["one"], states[i]);
            var other = random.Next(states.Count);
            await AssertRestoresAsync(folders, $"k{other}", bench.Folder[$"out{i}"], states[other]);
        }
    }

    [Test]
    [Category("Slow")]
    public async Task A_step_sends_about_what_it_changed_and_a_restore_fetches_about_what_there_is([Values(1)] int seed)
    {
        const int Files = 400;
        const long Slack = 16 << 10;
        var random = new Random(seed);
        await using var bench = new SessionBench();
        for (var i = 0; i < Files; i++)
            WriteRandom(bench, random, i);
        var folders = Open(bench.Cache, 128 << 10);
        await folders.SaveAsync("k0", bench.Folder["tree"]);

        var (sent, changed) = (0L, 0L);
        for (var step = 1; step <= 10; step++)
        {
            bench.Time.Advance(TimeSpan.FromMinutes(1));
            var edited = Enumerable.Range(0, 6).Select(_ => random.Next(Files)).Distinct().Select(i => WriteRandom(bench, random, i)).ToList();
            var compressed = await CompressedAsync(bench, edited);
            var saved = await folders.SaveAsync($"k{step}", bench.Folder["tree"]);
            var cold = (await folders.ListAsync()).Single(k => k.Key == $"k{step}").Size;
            var whole = await CompressedAsync(bench, [bench.Folder["tree"]]);
            await TestContext.Out.WriteLineAsync(
                $"{step}: {edited.Count} files, {compressed} bytes; sent {saved.BytesSent}, cold {cold} of {whole}, {saved.Layers} layers{(saved.IsNewBase ? ", new base" : "")}");
            Assert.That(saved.BytesSent, Is.LessThanOrEqualTo((compressed * 3 / 2) + Slack), $"step {step}");
            Assert.That(cold, Is.LessThanOrEqualTo(whole * 5 / 4), $"step {step}");
            (sent, changed) = (sent + saved.BytesSent, changed + compressed);
        }

        await TestContext.Out.WriteLineAsync($"all: sent {sent} for {changed}");
        await AssertRestoresAsync(folders, "k10", bench.Folder["out"], Trees.Describe(bench.Folder["tree"]));
    }

    [Test]
    [Category("Slow")]
    public async Task The_same_files_are_the_same_layers_and_an_edit_changes_those_around_it([Values(1)] int seed)
    {
        const int Edits = 12;
        var random = new Random(seed);
        await using var bench = new SessionBench();
        for (var i = 0; i < 300; i++)
            WriteRandom(bench, random, i);
        var before = await FreshLayersAsync(bench, "0");
        Assert.That(await FreshLayersAsync(bench, "again"), Is.EqualTo(before));
        var different = 0;
        for (var edit = 1; edit <= Edits; edit++)
        {
            if (edit % 2 == 0)
                bench.Folder.Write($"tree/d{random.Next(30)}/new{edit}", new string('x', random.Next(2000)));
            else
                WriteRandom(bench, random, random.Next(300));
            var after = await FreshLayersAsync(bench, $"{edit}");
            var changed = after.Except(before).Count();
            Assert.That(changed, Is.InRange(1, 4), $"edit {edit} of {after.Count} layers");
            different += changed;
            before = after;
        }

        await TestContext.Out.WriteLineAsync($"{different} layers for {Edits} edits, of {before.Count}");
        Assert.That(before, Has.Count.InRange(6, 81));
        Assert.That(different, Is.LessThanOrEqualTo(2 * Edits));
    }

    [TestCase(1)]
    [Category("Slow")]
    public async Task What_is_in_vain_is_written_out_of_the_layers_that_hold_most_of_it(int seed)
    {
        var random = new Random(seed);
        await using var bench = new SessionBench();
        for (var i = 0; i < 300; i++)
            WriteRandom(bench, random, i);
        var folders = Open(bench.Cache, 64 << 10);
        await folders.SaveAsync("k0", bench.Folder["tree"]);
        var (sent, changed, rewrites) = (0L, 0L, 0);
        for (var step = 1; step <= 25; step++)
        {
            bench.Time.Advance(TimeSpan.FromMinutes(1));

            // Packages: one directory goes, another comes.
            var number = random.Next(30);
            bench.Folder.Delete($"tree/d{number}");
            var added = Enumerable.Range(0, 10).Select(i => WriteRandom(bench, random, (i * 30) + number)).ToList();
            var saved = await folders.SaveAsync($"k{step}", bench.Folder["tree"]);
            rewrites += saved.LayersMade > 2 ? 1 : 0;
            (sent, changed) = (sent + saved.BytesSent, changed + await CompressedAsync(bench, added));
            var whole = await CompressedAsync(bench, [bench.Folder["tree"]]);
            Assert.That((await folders.ListAsync()).Single(k => k.Key == $"k{step}").Size, Is.LessThanOrEqualTo(whole * 5 / 4), $"step {step}");
            await AssertRestoresAsync(folders, $"k{step}", bench.Folder["out"], Trees.Describe(bench.Folder["tree"]));
        }

        await TestContext.Out.WriteLineAsync($"seed {seed}: sent {sent} for {changed}, {rewrites} steps rewrote layers");
        Assert.That(rewrites, Is.GreaterThan(0));
        Assert.That(sent, Is.LessThanOrEqualTo(changed * 3));
    }

    [Test]
    public async Task Hard_links_are_links_again_whatever_layer_their_file_is_in()
    {
        await using var bench = new SessionBench();
        for (var i = 0; i < 20; i++)
            WriteRandom(bench, new Random(i), i);
        using (var root = Core.FileSystem.Folder.Open(bench.Folder["tree/d0"]))
        using (var last = Core.FileSystem.Folder.Open(bench.Folder.Create("tree/z")))
            last.TryCreateHardLink("link", root, "f0");
        var folders = Open(bench.Cache, 4 << 10);
        var saved = await folders.SaveAsync("k0", bench.Folder["tree"]);
        Assert.That(saved.Layers, Is.GreaterThan(5));
        await AssertRestoresAsync(folders, "k0", bench.Folder["out"], Trees.Describe(bench.Folder["tree"]));

        await File.AppendAllTextAsync(bench.Folder["tree/z/link"], "more");
        await folders.SaveAsync("k1", bench.Folder["tree"]);
        await AssertRestoresAsync(folders, "k1", bench.Folder["out"], Trees.Describe(bench.Folder["tree"]));
    }

    [TestCase("zstd", "min")]
    [TestCase("gzip", "max")]
    [TestCase("estargz", "min")]
    [TestCase("uncompressed", "max")]
    public async Task A_chain_is_an_ordinary_cache_to_copy_convert_and_save_on(string compression, string mode)
    {
        var random = new Random(9);
        await using var bench = new SessionBench();
        var tree = new RandomTree(bench.Folder.Create("tree"), random);
        tree.Grow(80);
        var folders = Open(bench.Cache, 32 << 10);
        await folders.SaveAsync("k0", tree.Root);
        for (var i = 0; i < 5; i++)
            tree.Edit();
        bench.Folder.Write("tree/more", "more");
        await folders.SaveAsync("k0", tree.Root);
        var expected = Trees.Describe(tree.Root);

        var copy = $"type=registry,ref=ghcr.io/acme/ci:copy,mode={mode},compression={compression},force-compression=true";
        await bench.Cache.CreateExporter(copy).ExportAsync((await bench.Cache.CreateImporter(Target).ImportAsync()).Graph);
        var copied = Open(bench.Cache, 32 << 10, "type=registry,ref=ghcr.io/acme/ci:copy");

        await AssertRestoresAsync(copied, "k0", bench.Folder["copy"], expected);
        var again = await copied.SaveAsync("k0", tree.Root);
        Assert.That(again.IsUnchanged, Is.EqualTo(compression != "estargz"), "an estargz layer is another tar, which the index does not describe");
        bench.Folder.Write("tree/even more", "more");
        await copied.SaveAsync("k1", tree.Root);
        await AssertRestoresAsync(copied, "k1", bench.Folder["copy"], Trees.Describe(tree.Root));
    }

    [Test]
    public async Task Whatever_layer_is_gone_or_damaged_a_save_makes_the_folder_whole([Values] bool isGone)
    {
        await using var bench = new SessionBench();
        for (var i = 0; i < 12; i++)
            WriteRandom(bench, new Random(i), i);
        var folders = Open(bench.Cache, 16 << 10);
        await folders.SaveAsync("k", bench.Folder["tree"]);
        bench.Folder.Write("tree/d3/more", "more");
        await folders.SaveAsync("k", bench.Folder["tree"]);
        var count = (await ChainAsync(bench)).Count;
        Assert.That(count, Is.GreaterThan(5));
        for (var i = 0; i < (await ChainAsync(bench)).Count; i++)
        {
            var layer = (await ChainAsync(bench))[i];
            if (isGone)
                bench.Store.RemoveBlob(layer.Digest);
            else
                bench.Store.OverwriteBlob(layer.Digest, new byte[layer.Descriptor.Size - 1]);
            bench.Folder.Write("tree/d4/other", $"{i}");

            await folders.SaveAsync("k", bench.Folder["tree"]);

            await AssertRestoresAsync(folders, "k", bench.Folder["out"], Trees.Describe(bench.Folder["tree"]));
        }
    }

    [Test]
    public void The_oldest_keys_go_when_all_chains_together_have_too_many_layers()
    {
        var order = ResultOrder.At(DateTimeOffset.UnixEpoch.AddDays(1), TimeSpan.Zero);
        var builder = new CacheGraphBuilder();
        var root = builder.AddSource(FolderRecords.Root);
        LayerChain? shared = null;
        for (var i = 0; i < 5; i++)
            shared = LayerChain.On(shared, Layer($"shared {i}"));
        for (var key = 0; key < 10; key++)
        {
            var chain = LayerChain.On(LayerChain.On(shared, Layer($"{key} index")), Layer($"{key}"));
            builder.Add(Digest.OfText($"{key}").ToString(), [[(root, $"{key}")]], new CacheResult(chain, CacheTime.FromUnix(key)));
        }

        int Kept(int layers) => new NewestRecords(FolderRecords.Root, 100, layers).KeepIn(builder.Build(), order).Records.Count(r => !r.Results.IsEmpty);

        Assert.That((Kept(100), Kept(25), Kept(24), Kept(11), Kept(1)), Is.EqualTo((10, 10, 9, 3, 1)));
    }

    [Test]
    public async Task A_folder_without_anything_in_it_is_a_folder()
    {
        await using var bench = new SessionBench();
        bench.Folder.Create("tree");
        var folders = bench.Cache.Folders(Target);
        await folders.SaveAsync("k0", bench.Folder["tree"]);
        bench.Folder.Write("tree/file", "x");
        await folders.SaveAsync("k1", bench.Folder["tree"]);
        File.Delete(bench.Folder["tree/file"]);
        await folders.SaveAsync("k1", bench.Folder["tree"]);

        await AssertRestoresAsync(folders, "k1", bench.Folder["out"], []);
        Assert.That((await folders.SaveAsync("k0", bench.Folder["tree"])).IsUnchanged);
    }

    [Test]
    public async Task What_was_saved_by_the_first_version_stays_and_is_restored()
    {
        await using var bench = new SessionBench();
        bench.Folder.Write("tree/dir/file", "old");
        await ExportFirstVersionAsync(bench, "old", bench.Folder["tree"]);
        await ExportFirstVersionAsync(bench, "same", bench.Folder["tree"]);
        var folders = bench.Cache.Folders(Target);
        bench.Folder.Write("tree/dir/file", "new");

        await folders.SaveAsync("new", bench.Folder["tree"]);
        await folders.SaveAsync("same", bench.Folder["tree"]);

        Assert.That((await folders.ListAsync()).Select(k => k.Key), Is.EquivalentTo((string[])["old", "same", "new"]));
        foreach (var (key, content) in (IReadOnlyList<(string, string)>)[("old", "old"), ("same", "new"), ("new", "new")])
        {
            Assert.That((await folders.RestoreAsync(key, null, bench.Folder["out"], Replacing)).IsExact, key);
            Assert.That(await File.ReadAllTextAsync(bench.Folder["out/dir/file"]), Is.EqualTo(content), key);
        }
    }

    private static FolderCache Open(BuildCache cache, int scale, string target = Target) =>
        cache.Folders(new FolderCacheOptions { Target = CacheTarget.Parse(target), SmallestScale = scale });

    private static async Task AssertRestoresAsync(FolderCache folders, string key, string into, List<string> expected)
    {
        var found = await folders.RestoreAsync(key, null, into, Replacing);
        Assert.That(found.IsExact, $"{key}: {string.Join(" ", found.Failures.Select(f => f.Error.Message))}");
        Assert.That(Trees.Describe(into), Is.EqualTo(expected), key);
    }

    private static string WriteRandom(SessionBench bench, Random random, int file)
    {
        var bytes = new byte[random.Next(1000, 20_000)];
        random.NextBytes(bytes);
        return bench.Folder.Write($"tree/d{file % 30}/f{file}", Convert.ToBase64String(bytes));
    }

    private static async Task<long> CompressedAsync(SessionBench bench, IReadOnlyList<string> paths)
    {
        var source = LayerSource.FromDirectories([.. paths.Select((p, i) => (p, paths.Count == 1 && Directory.Exists(p) ? "" : $"{i}"))]);
        await using var layer = await bench.Cache.EncodeLayerAsync(await source.ToBlobSource().OpenReadAsync(), LayerCompression.Zstd);
        return layer.Descriptor.Size;
    }

    private static CacheLayer Layer(string content) => new(new Descriptor("application/vnd.oci.image.layer.v1.tar", Digest.OfText(content), 1), BlobSource.FromBytes(new byte[1]));

    private static async Task<IReadOnlyList<CacheLayer>> ChainAsync(SessionBench bench)
    {
        var graph = (await bench.Cache.CreateImporter(Target).ImportAsync()).Graph;
        return FolderRecords.List(graph, bench.Order).Single(e => e.Key == "k").Best.Chain!.ToLayers();
    }

    private static async Task<List<Digest>> FreshLayersAsync(SessionBench bench, string tag)
    {
        var target = $"type=registry,ref=ghcr.io/acme/ci:fresh{tag}";
        await Open(bench.Cache, 64 << 10, target).SaveAsync("k", bench.Folder["tree"]);
        var graph = (await bench.Cache.CreateImporter(target).ImportAsync()).Graph;
        return [.. FolderRecords.List(graph, bench.Order).Single().Best.Chain!.ToLayers().Skip(1).Select(l => l.Digest)];
    }

    private static async Task ExportFirstVersionAsync(SessionBench bench, string key, string directory)
    {
        await using var layer = await bench.Cache.EncodeLayerAsync(
            await LayerSource.FromDirectory(directory).ToBlobSource().OpenReadAsync(), LayerCompression.Zstd);
        var builder = new CacheGraphBuilder();
        var root = builder.AddSource(FolderRecords.Root);
        var record = CacheStep.Define("registry-cache.folder.v1").With("key", key).RecordDigest;
        var result = new CacheResult(LayerChain.Of(new CacheLayer(layer.Descriptor, layer.Source)), CacheTime.From(bench.Time.GetUtcNow()));
        builder.Add(record, [[(root, key)]], result);
        await bench.Cache.CreateExporter(Target + ",mode=max", new CacheExportOptions { MergeWithExisting = true }).ExportAsync(builder.Build());
    }
}
