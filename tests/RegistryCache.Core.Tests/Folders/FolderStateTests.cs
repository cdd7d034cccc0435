using System.Runtime.Versioning;
using Microsoft.Extensions.Time.Testing;
using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Folders;
using RegistryCache.Core.FolderStates;
using RegistryCache.Core.Tar;
using RegistryCache.Core.Tests.Session;
using RegistryCache.Core.Tests.Snapshots;

namespace RegistryCache.Core.Tests.Folders;

/// <summary>What a local state of a folder saves, and that it never decides what a folder holds.</summary>
[Platform("Linux")]
[UnsupportedOSPlatform("windows")]
[Category("Slow")]
internal sealed class FolderStateTests
{
    private const string Target = "type=registry,ref=ghcr.io/acme/ci:folders";
    private static readonly RestoreOptions Replacing = new() { ReplaceExisting = true };
    private SessionBench _bench = null!;

    private string Tree => _bench.Folder["tree"];

    private string States => _bench.Folder["states"];

    private string StateFile => Directory.GetFiles(States).Single();

    [SetUp]
    public void Create()
    {
        _bench = new SessionBench();

        // By this clock all files are old enough.
        if (DateTimeOffset.UtcNow + TimeSpan.FromHours(1) is var later && later > _bench.Time.GetUtcNow())
            _bench.Time.SetUtcNow(later);
        for (var i = 0; i < 20; i++)
            _bench.Folder.Write($"tree/d{i % 3}/f{i}", $"content {i}");
        File.CreateSymbolicLink(_bench.Folder["tree/link"], "d0/f0");
    }

    [TearDown]
    public async Task Remove() => await _bench.DisposeAsync();

    [Test]
    public async Task A_file_that_is_as_it_was_is_not_read_again()
    {
        var folders = Open();
        var first = await folders.SaveAsync("k0", Tree);
        Change(state => state with { Save = null, Entries = [.. state.Entries.Select(e => e.Path == "d1/f1" ? e with { Identity = 1 } : e)] });

        var again = await folders.SaveAsync("k0", Tree);

        Assert.That((first.LayersMade, again.LayersMade), Is.EqualTo((first.Layers, 2)), "the state was believed, so the file counts as another");
    }

    [Test]
    public async Task An_unchanged_folder_is_not_even_compared_and_the_report_is_the_same()
    {
        File.CreateSymbolicLink(_bench.Folder["tree/out"], "../elsewhere");
        var folders = Open();
        var first = await folders.SaveAsync("k0", Tree);
        var slow = await Open(withState: false).SaveAsync("k0", Tree);
        Change(state => state with { Groups = [.. state.Groups.Select(g => g with { Index = new byte[1] })] });

        var again = await folders.SaveAsync("k0", Tree);
        var other = await folders.SaveAsync("k1", Tree);

        Assert.That(again, Is.EqualTo(slow with { Export = again.Export, Layer = again.Layer, LookUpTime = again.LookUpTime, Duration = again.Duration }));
        Assert.That(again.Layer!.ToString(), Is.EqualTo(slow.Layer!.ToString()));
        Assert.That(again.Layer.LinksOut, Is.EqualTo((string[])["out"]));
        Assert.That((other.IsUnchanged, other.LayersMade, other.BytesSent, other.ContentDigest), Is.EqualTo((false, 0, 0, first.ContentDigest)));
    }

    [TestCase("content", true)]
    [TestCase("mode", true)]
    [TestCase("new", true)]
    [TestCase("gone", true)]
    [TestCase("renamed", true)]
    [TestCase("touched", false)]
    [TestCase("nothing", false)]
    public async Task Every_change_is_seen(string change, bool isOther)
    {
        var folders = Open();
        var first = await folders.SaveAsync("k0", Tree);
        Tick();
        var file = _bench.Folder["tree/d1/f1"];
        var time = File.GetLastWriteTimeUtc(file);
        switch (change)
        {
            case "content":
                await File.WriteAllTextAsync(file, "CONTENT 1");
                File.SetLastWriteTimeUtc(file, time);
                break;
            case "mode":
                File.SetUnixFileMode(file, UnixFileMode.UserRead);
                break;
            case "new":
                await File.WriteAllTextAsync(_bench.Folder["tree/d1/new"], "");
                break;
            case "gone":
                File.Delete(file);
                break;
            case "renamed":
                File.Move(file, file + "x");
                break;
            case "touched":
                File.SetLastWriteTimeUtc(file, time.AddDays(1));
                break;
        }

        var again = await folders.SaveAsync("k0", Tree);

        Assert.That(again.ContentDigest, isOther ? Is.Not.EqualTo(first.ContentDigest) : Is.EqualTo(first.ContentDigest));
        Assert.That(again.IsUnchanged, Is.Not.EqualTo(isOther));
        await AssertRestoresAsync("k0", _bench.Folder["out"], Trees.Describe(Tree));
    }

    [Test]
    public async Task A_file_that_changed_just_before_the_save_is_read_again()
    {
        _bench.Folder.Write("tree/d1/f1", "fresh");
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(FileNode.At(_bench.Folder["tree/d1/f1"])!.Changed.Seconds + 1));
        await using var cache = new BuildCacheBuilder().UseTimeProvider(clock).UseStore(_bench.Store).UseCompression().Build();
        var folders = cache.Folders(Options());
        var first = await folders.SaveAsync("k0", Tree);
        Change(state => state with { Entries = [.. state.Entries.Select(e => e.Path == "d1/f1" ? e with { Identity = 1 } : e)] });

        Assert.That((await folders.SaveAsync("k0", Tree)).ContentDigest, Is.EqualTo(first.ContentDigest));
    }

    [TestCase("lost")]
    [TestCase("damaged")]
    [TestCase("of another folder")]
    [TestCase("of another form")]
    public async Task A_state_that_cannot_be_used_is_as_none(string state)
    {
        var folders = Open();
        await folders.SaveAsync("k0", Tree);
        await folders.RestoreAsync("k0", null, _bench.Folder["out"], Replacing);
        foreach (var file in Directory.GetFiles(States))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            if (state == "lost")
                File.Delete(file);
            else if (state == "damaged")
                await File.WriteAllBytesAsync(file, [.. bytes[..^40], 1, .. bytes[^39..]]);
            else
                Change(s => state == "of another folder" ? s with { Folder = "/elsewhere" } : s with { Form = "other" }, file);
        }

        var saved = await folders.SaveAsync("k0", Tree);
        var restored = await folders.RestoreAsync("k0", null, _bench.Folder["out"], Replacing);

        Assert.That(saved.IsUnchanged);
        Assert.That(restored.LayersReused, Is.Zero);
        Assert.That(Trees.Describe(_bench.Folder["out"]), Is.EqualTo(Trees.Describe(Tree)));
    }

    [Test]
    public async Task A_state_from_before_the_system_started_is_trusted_only_about_what_had_changed_long_before()
    {
        var folders = Open();
        await folders.SaveAsync("k0", Tree);
        await folders.RestoreAsync("k0", null, _bench.Folder["out"], Replacing);
        foreach (var file in Directory.GetFiles(States))
            Change(s => s with { Boot = "another" }, file);

        var restored = await folders.RestoreAsync("k0", null, _bench.Folder["out"], Replacing);

        Assert.That(restored.BytesFetched, Is.Positive, "the files may not have reached the disk");
    }

    [Test]
    public async Task A_restore_fetches_only_what_differs()
    {
        var folders = Open();
        var into = _bench.Folder["out"];
        var first = await folders.SaveAsync("k0", Tree);
        var cold = await folders.RestoreAsync("k0", null, into);
        Tick();
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        _bench.Folder.Write("tree/d1/f1", "other");
        var second = await folders.SaveAsync("k1", Tree);

        var same = await folders.RestoreAsync("k0", null, into);
        var warm = await folders.RestoreAsync("k1", null, into);
        var again = await folders.RestoreAsync("k1", null, into);

        Assert.That((cold.LayersReused, cold.Report!.Layers), Is.EqualTo((0, first.Layers)));
        Assert.That((same.LayersReused, same.BytesFetched, same.Report!.Entries), Is.EqualTo((first.Layers, 0, 24)));
        Assert.That((warm.LayersReused, warm.Report!.Layers), Is.EqualTo((second.Layers - 2, second.Layers)));
        Assert.That(warm.BytesFetched, Is.Positive.And.LessThan(cold.BytesFetched));
        Assert.That(warm.Report!.Bytes, Is.EqualTo(new DirectoryInfo(Tree).EnumerateFiles("f*", SearchOption.AllDirectories).Sum(f => f.Length)));
        Assert.That(again.BytesFetched, Is.Zero);
        await AssertLikeColdAsync("k1", into);
    }

    [Test]
    public async Task Whatever_was_touched_since_is_restored(
        [Values] bool replaces,
        [Values("changed", "deleted", "mode", "directory gone", "directory mode", "file in place of directory", "directory in place of file", "link elsewhere", "added", "directory added")]
        string change)
    {
        var folders = Open();
        var into = _bench.Folder["out"];
        await folders.SaveAsync("k0", Tree);
        await folders.RestoreAsync("k0", null, into);
        await Open(withState: false).RestoreAsync("k0", null, _bench.Folder["cold"]);
        Tick();
        foreach (var place in (string[])["out", "cold"])
            Touch(_bench.Folder[place], change);
        var options = new RestoreOptions { ReplaceExisting = replaces };

        var warm = await folders.RestoreAsync("k0", null, into, options);
        await Open(withState: false).RestoreAsync("k0", null, _bench.Folder["cold"], options);

        Assert.That(Trees.Describe(into, withTimes: true), Is.EqualTo(Trees.Describe(_bench.Folder["cold"], withTimes: true)));
        Assert.That(warm.IsExact);
    }

    [Test]
    public async Task Hard_links_stay_links()
    {
        HardLink("tree/d0/f0", "tree/d2/other");
        var folders = Open();
        var into = _bench.Folder["out"];
        await folders.SaveAsync("k0", Tree);
        await folders.RestoreAsync("k0", null, into);
        var same = await folders.RestoreAsync("k0", null, into);
        Tick();
        File.Delete(_bench.Folder["out/d2/other"]);

        await folders.RestoreAsync("k0", null, into);

        Assert.That(same.BytesFetched, Is.Zero);
        Assert.That(Trees.Describe(into), Is.EqualTo(Trees.Describe(Tree)));
    }

    [Test]
    public async Task An_index_that_lies_neither_hides_files_nor_spoils_the_state([Values] bool lacksFile)
    {
        var folders = Open();
        var into = _bench.Folder["out"];
        await folders.SaveAsync("good", Tree);
        await SaveLieAsync("evil", "d1/f1", lacksFile);

        await folders.RestoreAsync("evil", null, into);
        var evil = Directory.Exists(_bench.Folder["out/d1"]) ? Trees.Describe(into) : [];
        await Open(withState: false).RestoreAsync("evil", null, _bench.Folder["plain"]);
        await folders.RestoreAsync("good", null, into, Replacing);

        Assert.That(evil, Is.EqualTo(Trees.Describe(_bench.Folder["plain"])), "a liar harms itself only");
        Assert.That(Trees.Describe(into), Is.EqualTo(Trees.Describe(Tree)));
    }

    [Test]
    public async Task A_save_after_a_restore_reads_no_file()
    {
        var first = await Open().SaveAsync("k0", Tree);
        File.Delete(StateFile);
        await Open().RestoreAsync("k0", null, _bench.Folder["out"]);
        var honest = await Open().SaveAsync("k1", _bench.Folder["out"]);
        Change(state => state with { Save = null, Entries = [.. state.Entries.Select(e => e.Path == "d1/f1" ? e with { Identity = 1 } : e)] });

        var saved = await Open().SaveAsync("k2", _bench.Folder["out"]);

        Assert.That((honest.ContentDigest, honest.BytesSent, honest.LayersMade), Is.EqualTo((first.ContentDigest, 0, 0)));
        Assert.That(saved.LayersMade, Is.Positive, "the state was believed, so the file counts as another");
    }

    [Test]
    public void A_directory_for_states_inside_the_folder_is_refused([Values] bool restores)
    {
        var folders = _bench.Cache.Folders(Options() with { StateDirectory = _bench.Folder["tree/d0"] });

        Assert.That(
            () => restores ? folders.RestoreAsync("k", null, Tree) : (Task)folders.SaveAsync("k", Tree),
            Throws.InstanceOf<RegistryCacheException>().With.Property(nameof(RegistryCacheException.Code)).EqualTo(RegistryCacheErrorCode.InvalidOptions));
    }

    [Test]
    public async Task A_directory_for_states_that_cannot_be_used_changes_nothing()
    {
        await File.WriteAllTextAsync(States, "a file");
        var folders = Open();

        Assert.That((await folders.SaveAsync("k0", Tree)).Export!.Error, Is.Null);
        Assert.That((await folders.RestoreAsync("k0", null, _bench.Folder["out"])).IsExact);
    }

    [Test]
    [Category("Slow")]
    public async Task Random_folders_are_saved_and_restored_as_without_a_state([Range(1, 4)] int seed)
    {
        await TestContext.Out.WriteLineAsync($"seed {seed}");
        var random = new Random(seed);
        var tree = new RandomTree(_bench.Folder.Create("random"), random);
        tree.Grow(random.Next(5, 60));
        var folders = Open();
        var outs = (string[])["a", "b"];
        var keys = 0;
        for (var i = 0; i < 40; i++)
        {
            switch (random.Next(4))
            {
                case 0 or 1:
                    Tick();
                    for (var edits = random.Next(4); edits > 0; edits--)
                        tree.Edit();
                    await folders.SaveAsync($"k{keys++}", tree.Root);
                    var plain = $"type=registry,ref=ghcr.io/acme/ci:plain{i}";
                    var other = await Open(withState: false, plain).SaveAsync("k", tree.Root);
                    Assert.That((await folders.SaveAsync($"k{keys - 1}", tree.Root)).ContentDigest, Is.EqualTo(other.ContentDigest));
                    break;
                case 2 when Directory.Exists(_bench.Folder[outs[i % 2]]):
                    Tick();
                    var touched = new RandomTree(_bench.Folder[outs[i % 2]], random);
                    for (var edits = random.Next(4); edits > 0; edits--)
                        touched.Edit();
                    break;
                case 3 when random.Next(3) == 0 && Directory.Exists(States):
                    Directory.Delete(States, recursive: true);
                    break;
            }

            _bench.Time.Advance(TimeSpan.FromMinutes(1));
            if (keys > 0)
                await AssertLikeColdAsync($"k{random.Next(keys)}", _bench.Folder[outs[i % 2]], replaces: true);
        }
    }

    private static void Touch(string folder, string change)
    {
        var file = Path.Combine(folder, "d1", "f1");
        switch (change)
        {
            case "changed":
                var time = File.GetLastWriteTimeUtc(file);
                File.WriteAllText(file, "CONTENT 1");
                File.SetLastWriteTimeUtc(file, time);
                break;
            case "deleted":
                File.Delete(file);
                break;
            case "mode":
                File.SetUnixFileMode(file, UnixFileMode.UserRead);
                break;
            case "directory gone":
                Directory.Delete(Path.Combine(folder, "d1"), recursive: true);
                break;
            case "directory mode":
                File.SetUnixFileMode(Path.Combine(folder, "d1"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                break;
            case "file in place of directory":
                Directory.Delete(Path.Combine(folder, "d1"), recursive: true);
                File.WriteAllText(Path.Combine(folder, "d1"), "");
                break;
            case "directory in place of file":
                File.Delete(file);
                Directory.CreateDirectory(file);
                break;
            case "link elsewhere":
                File.Delete(Path.Combine(folder, "link"));
                File.CreateSymbolicLink(Path.Combine(folder, "link"), "d0/f3");
                break;
            case "added":
                File.WriteAllText(Path.Combine(folder, "d1", "mine"), "");
                File.SetLastWriteTimeUtc(Path.Combine(folder, "d1", "mine"), DateTime.UnixEpoch);
                break;
            default:
                Directory.CreateDirectory(Path.Combine(folder, "d1", "mine", "deep"));
                foreach (var place in (string[])["d1/mine/deep", "d1/mine"])
                    Directory.SetLastWriteTimeUtc(Path.Combine(folder, place), DateTime.UnixEpoch);
                break;
        }
    }

    private void HardLink(string from, string to)
    {
        using var source = Folder.Open(Path.GetDirectoryName(_bench.Folder[from])!);
        using var target = Folder.Open(Path.GetDirectoryName(_bench.Folder[to])!);
        target.TryCreateHardLink(Path.GetFileName(to), source, Path.GetFileName(from));
    }

    /// <summary>Waits until the clock of the file system has moved on, so that a change shows. It does so every few milliseconds.</summary>
    private void Tick()
    {
        var probe = _bench.Folder["probe"];
        FileTime Now()
        {
            File.WriteAllText(probe, "");
            return FileNode.At(probe)!.Changed;
        }

        var start = Now();
        Assert.That(SpinWait.SpinUntil(() => Now() != start, TimeSpan.FromSeconds(5)), "the clock stands still");
    }

    private void Change(Func<FolderState, FolderState> change, string? file = null)
    {
        file ??= StateFile;
        var state = FolderStateFormat.Read(CheckedFile.Read(file, FolderStateFormat.Kind)!.Value)!;
        CheckedFile.Write(file, FolderStateFormat.Kind, FolderStateFormat.Write(change(state)).Span);
    }

    private FolderCacheOptions Options(bool withState = true, string target = Target) =>
        new() { Target = CacheTarget.Parse(target), SmallestScale = 4 << 10, StateDirectory = withState ? States : null };

    private FolderCache Open(bool withState = true, string target = Target) => _bench.Cache.Folders(Options(withState, target));

    private async Task AssertRestoresAsync(string key, string into, List<string> expected)
    {
        Assert.That((await Open(withState: false).RestoreAsync(key, null, into, Replacing)).IsExact);
        Assert.That(Trees.Describe(into), Is.EqualTo(expected));
    }

    private async Task AssertLikeColdAsync(string key, string into, bool replaces = false)
    {
        if (replaces)
            Assert.That((await Open().RestoreAsync(key, null, into, Replacing)).IsExact, key);
        var cold = _bench.Folder[Guid.NewGuid().ToString("N")];
        await Open(withState: false).RestoreAsync(key, null, cold);
        Assert.That(Trees.Describe(into, withTimes: true), Is.EqualTo(Trees.Describe(cold, withTimes: true)), key);
    }

    /// <summary>Saves the tree with other bytes in a file, or without it, under an index that says that they are the same.</summary>
    private async Task SaveLieAsync(string key, string path, bool lacksFile)
    {
        var state = FolderStateFormat.Read(CheckedFile.Read(StateFile, FolderStateFormat.Kind)!.Value)!;
        var truth = EntryIndex.Parse(state.Groups.Single().Index.Span)!;
        var content = await File.ReadAllTextAsync(_bench.Folder[$"tree/{path}"]);
        File.WriteAllText(_bench.Folder[$"tree/{path}"], "CONTENT 1");
        var options = new SnapshotOptions { Exclude = lacksFile ? [path] : [] };
        await using var layer = await EncodeAsync(LayerSource.FromDirectory(Tree, options));
        await File.WriteAllTextAsync(_bench.Folder[$"tree/{path}"], content);
        var made = new CacheLayer(layer.Descriptor, layer.Source);
        var lie = new EntryIndex
        {
            Scale = truth.Scale,
            HasTimes = true,
            Layers = [new IndexedLayer(made.DiffId!.Value, 1024, truth.Entries.Length)],
            Entries = truth.Entries,
        };
        await using var index = await EncodeAsync(LayerSource.FromEntries([lie.ToFile()]));
        var chain = LayerChain.Of([new CacheLayer(index.Descriptor, index.Source), made]);
        var graph = FolderRecords.Make(key, new CacheResult(chain, CacheTime.From(_bench.Time.GetUtcNow())));
        await _bench.Cache.CreateExporter(Target + ",mode=max", new CacheExportOptions { MergeWithExisting = true }).ExportAsync(graph);
    }

    private async Task<LayerConversion> EncodeAsync(LayerSource source)
    {
        await using var tar = await source.ToBlobSource().OpenReadAsync();
        return await _bench.Cache.EncodeLayerAsync(tar, LayerCompression.Zstd);
    }
}
