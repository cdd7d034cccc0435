using System.Runtime.Versioning;
using RegistryCache.Core.Content;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Folders;
using RegistryCache.Core.FolderStates;
using RegistryCache.Core.Restore;
using RegistryCache.Core.Tar;
using RegistryCache.Core.Tests.Snapshots;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Folders;

/// <summary>What a local state of a folder saves when it is restored, and that it never decides what a folder holds.</summary>
[Platform("Linux")]
[UnsupportedOSPlatform("windows")]
[Category("Slow")]
internal sealed class FolderStateRestoreTests : FolderStateBench
{
    [Test]
    public async Task A_restore_fetches_only_what_differs()
    {
        var folders = Open();
        var into = _bench.Folder["out"];
        var first = await folders.SaveAsync("k0", Tree);
        var cold = await folders.RestoreAsync("k0", null, into);
        var apart = await Open(withState: false).RestoreAsync("k0", null, _bench.Folder["apart"]);
        Tick();
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        _bench.Folder.Write("tree/d1/f1", "other");
        var second = await folders.SaveAsync("k1", Tree);

        var same = await folders.RestoreAsync("k0", null, into);
        var warm = await folders.RestoreAsync("k1", null, into);
        var again = await folders.RestoreAsync("k1", null, into);

        Assert.That((cold.LayersReused, cold.Report!.Layers), Is.EqualTo((0, first.Layers)));
        Assert.That(apart.Report!.Entries, Is.EqualTo(24), "the index is no entry");
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
    public async Task What_another_restore_moved_meanwhile_is_restored()
    {
        var store = new DisturbedStore(_bench.Store);
        await using var cache = new BuildCacheBuilder().UseTimeProvider(_bench.Time).UseStore(store).UseCompression().Build();
        var folders = cache.Folders(Options());
        var into = _bench.Folder["out"];
        await folders.SaveAsync("k0", Tree);
        await folders.RestoreAsync("k0", null, into);
        _bench.Folder.Write("tree/d1/f1", "other");
        await Open(withState: false).SaveAsync("k1", Tree);
        Tick();

        // When a layer is read, the folder was compared with its state.
        store.BeforeRead = () =>
        {
            _bench.Folder.Write("moved", "of another key");
            File.Move(_bench.Folder["moved"], _bench.Folder["out/d2/f2"], overwrite: true);
        };

        Assert.That((await folders.RestoreAsync("k1", null, into)).IsExact);

        Assert.That(store.BeforeRead, Is.Null, "else this test shows nothing");
        await AssertLikeColdAsync("k1", into);
    }

    [Test]
    public async Task A_selection_that_does_not_hold_changes_nothing([Values] bool isNothing)
    {
        _bench.Folder.Write("out/mine", "m");
        var selection = new RestoreSelection([], (_, _) => null, 0, new Dictionary<string, NodeMetadata?>(), _ => false)
        {
            Holds = () => false,
            IsNothing = isNothing,
        };

        var report = await LayerApplier.ApplyAsync([], () => Task.FromResult<RestoreSelection?>(selection), _bench.Folder["out"], Replacing, default);

        Assert.That(report, Is.Null);
        Assert.That(Trees.Describe(_bench.Folder["out"]).Select(line => line.Split(' ')[0]), Is.EqualTo(new[] { "mine" }));
    }

    [Test]
    public async Task What_does_not_belong_is_removed_from_a_directory_without_an_entry()
    {
        var folders = Open();
        var into = _bench.Folder["out"];
        await folders.SaveAsync("k0", [(_bench.Folder["tree/d0"], "deps/d0"), (_bench.Folder["tree/d1"], "d1")]);
        await folders.RestoreAsync("k0", null, into, Replacing);
        Tick();
        _bench.Folder.Write("out/deps/junk", "j");

        Assert.That((await folders.RestoreAsync("k0", null, into, Replacing)).IsExact);

        Assert.That(File.Exists(_bench.Folder["out/deps/junk"]), Is.False);
    }

    [TestCase("A", true)]
    [TestCase("b", false)]
    public void Paths_that_differ_only_in_case_are_found(string other, bool collide) =>
        Assert.That(WantedFolder.Of(SavedFolder.Of([Group(("a", 1), (other, 1))]), RestoreLimits.ForFolders)!.HasCaseCollisions(), Is.EqualTo(collide));

    [Test]
    public void Sizes_that_no_restore_accepts_make_an_index_useless() =>
        Assert.That(WantedFolder.Of(SavedFolder.Of([Group(("a", long.MaxValue), ("b", long.MaxValue))]), RestoreLimits.ForFolders), Is.Null);

    [Test]
    public async Task Hard_links_stay_links()
    {
        ScratchFolder.HardLink(_bench.Folder["tree/d0/f0"], _bench.Folder["tree/d2/other"]);
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
    public async Task A_link_that_is_before_its_file_is_known_too()
    {
        ScratchFolder.HardLink(_bench.Folder["tree/d0/f0"], _bench.Folder["tree/d2/other"]);
        var folders = Open();
        var into = _bench.Folder["out"];

        // Whole places are saved in the order of their texts, in which a minus comes before a slash.
        var saved = await folders.SaveAsync("k0", [(_bench.Folder["tree/d0"], "a-b"), (_bench.Folder["tree/d2"], "a/c")]);
        await folders.RestoreAsync("k0", null, into);
        var same = await folders.RestoreAsync("k0", null, into);

        Assert.That((same.BytesFetched, same.LayersReused), Is.EqualTo((0, saved.Layers)));
        Assert.That(FolderStateFormatTests.EntriesOf(FolderStateFormat.Read(CheckedFile.Read(StateFile, FolderStateFormat.Kind)!.Value)!)
            .Count(e => e.Kind == LayerEntryKind.HardLink), Is.EqualTo(1));
    }

    [Test]
    public async Task An_index_whose_diffID_is_not_stated_is_none([Values] bool isStated)
    {
        var nothing = BlobSource.FromBytes(Array.Empty<byte>());
        var index = isStated ? new CacheLayer(Descriptor("index"), nothing) : Group(("a", 1)).IndexLayer;
        var chain = LayerChain.Of([index, new CacheLayer(Descriptor("layer"), nothing)]);

        var saved = await SavedFolder.ReadAsync(chain, _ => Group(("a", 1)).Index, null!, default);

        Assert.That(saved, isStated ? Is.Not.Null : Is.Null);

        static Descriptor Descriptor(string name) => new Descriptor(MediaTypes.OciLayerZstd, Digest.OfText("blob of " + name), 1)
            .WithAnnotation(AnnotationKeys.Uncompressed, Digest.OfText(name).ToString());
    }

    [Test]
    public async Task An_index_that_a_killed_process_left_is_removed_after_a_day()
    {
        var folders = Open();
        await folders.SaveAsync("k0", Tree);
        var left = Directory.GetFiles(States, "*.index").Single() + ".unfinished-old";
        File.WriteAllText(left, "");
        File.SetLastWriteTimeUtc(left, DateTime.UnixEpoch);
        _bench.Folder.Write("tree/new", "n");

        await folders.SaveAsync("k1", Tree);

        Assert.That(File.Exists(left), Is.False);
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
    public void A_directory_for_states_inside_the_folder_is_refused([Values] bool restores)
    {
        var folders = _bench.Cache.Folders(Options() with { StateDirectory = _bench.Folder["tree/d0"] });

        Assert.That(
            () => restores ? folders.RestoreAsync("k", null, Tree) : (Task)folders.SaveAsync("k", Tree),
            Throws.InstanceOf<RegistryCacheException>().With.Property(nameof(RegistryCacheException.Code)).EqualTo(RegistryCacheErrorCode.InvalidOptions));
    }

    [Test]
    [Category("Slow")]
    public async Task Random_folders_are_saved_and_restored_as_without_a_state([Values(1, 4)] int seed)
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

    [Test]
    public async Task A_state_of_several_parts_keeps_what_did_not_change([Values] bool replaces)
    {
        var random = new Random(3);
        for (var i = 0; i < 3500; i++)
            _bench.Folder.Write($"tree/d{i % 3}/sub-{i / 100}/g{i}", "");
        var folders = Open();
        var into = _bench.Folder["out"];
        await folders.SaveAsync("k0", Tree);
        File.Delete(StateFile);
        await folders.RestoreAsync("k0", null, into);
        for (var round = 1; round < 6; round++)
        {
            Tick();
            _bench.Time.Advance(TimeSpan.FromMinutes(1));
            for (var edit = 0; edit < 4; edit++)
            {
                var i = random.Next(3500);
                _bench.Folder.Write($"tree/d{i % 3}/sub-{i / 100}/g{i}-{round}", "added");
                File.Delete(_bench.Folder[$"tree/d{i % 3}/sub-{i / 100}/g{i}"]);
                _bench.Folder.Write($"tree/d{(i + 1) % 3}/sub-{i / 100}/g{i + 1}", $"changed {round}");
            }

            await Open(withState: false).SaveAsync($"k{round}", Tree);
            await folders.RestoreAsync($"k{round}", null, into, new RestoreOptions { ReplaceExisting = replaces });
            var again = await folders.RestoreAsync($"k{round}", null, into, new RestoreOptions { ReplaceExisting = replaces });

            Assert.That((again.BytesFetched, again.LayersReused), Is.EqualTo((0, again.Report!.Layers)));
            if (replaces)
                await AssertLikeColdAsync($"k{round}", into);
        }

        // What the state says is as true as what a new one would say.
        var state = FolderStateFormat.Read(CheckedFile.Read(StateFile, FolderStateFormat.Kind)!.Value)!;
        var same = await StampLook.CompareAsync(state, default, untilDifferent: false, default);
        Assert.That(same, Has.All.True);
        Assert.That(same, Has.Length.GreaterThan(3500));
        Assert.That(state.Parts, Has.Count.LessThan(9));
        Assert.That(FolderStateFormatTests.EntriesOf(state).Select(e => e.Path), Is.Ordered.And.Unique);
    }

    [Test]
    public async Task An_index_that_is_damaged_is_fetched_again_and_one_of_an_earlier_chain_is_removed()
    {
        var folders = Open();
        var into = _bench.Folder["out"];
        await folders.SaveAsync("k0", Tree);
        await folders.RestoreAsync("k0", null, into);
        DamageIndexes();

        var repaired = await folders.RestoreAsync("k0", null, into);
        var same = await folders.RestoreAsync("k0", null, into);

        Assert.That(repaired.BytesFetched, Is.Positive);
        Assert.That(repaired.LayersReused, Is.EqualTo(repaired.Report!.Layers - 1), "all but the index");
        Assert.That(same.BytesFetched, Is.Zero);

        Directory.Delete(Tree, recursive: true);
        _bench.Folder.Write("tree/other", "all is new");
        await folders.SaveAsync("k1", Tree);
        await folders.RestoreAsync("k1", null, into, Replacing);
        Assert.That(Directory.GetFiles(States, "*.index"), Has.Length.EqualTo(2), "one for each folder");
    }

    private static FolderGroup Group(params (string Path, long Size)[] files)
    {
        var layer = new CacheLayer(new Descriptor(MediaTypes.OciLayerZstd, Digest.OfText("layer"), 1), BlobSource.FromBytes(Array.Empty<byte>()));
        var index = new EntryIndex
        {
            Scale = 1,
            HasTimes = true,
            Layers = [new IndexedLayer(Digest.OfText("layer"), 1024, files.Length)],
            Entries = [.. files.Select(f => new IndexedEntry(f.Path, LayerEntryKind.File, f.Size, default, 1))],
        };
        return new FolderGroup(layer, index, [layer]);
    }

    /// <summary>Calls an action once, before the first layer with files is read. An index is read before that.</summary>
    private sealed class DisturbedStore(IContentStore inner) : DelegatingContentStore(inner)
    {
        private int _layers;

        public Action? BeforeRead { get; set; }

        public override Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
        {
            if (BeforeRead is { } act && MediaTypes.IsLayer(descriptor.MediaType) && ++_layers == 2)
            {
                BeforeRead = null;
                act();
            }

            return base.OpenBlobAsync(descriptor, cancellationToken);
        }
    }
}
