using System.Runtime.Versioning;
using Microsoft.Extensions.Time.Testing;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tests.Snapshots;

namespace RegistryCache.Core.Tests.Folders;

/// <summary>What a local state of a folder saves when it is saved again, and that it never decides what a folder holds.</summary>
[Platform("Linux")]
[UnsupportedOSPlatform("windows")]
[Category("Slow")]
internal sealed class FolderStateTests : FolderStateBench
{
    [Test]
    public async Task A_file_that_is_as_it_was_is_not_read_again()
    {
        var folders = Open();
        var first = await folders.SaveAsync("k0", Tree);
        Change(state => state with { Save = null }, e => e.Path.Is("d1/f1") ? e with { Identity = 1 } : e);

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
        DamageIndexes();

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
    public async Task A_file_is_seen_in_a_directory_where_nothing_was_included()
    {
        _bench.Folder.Write("tree/other/data.bin", "x");
        var folders = _bench.Cache.Folders(Options() with { Snapshot = new SnapshotOptions { Include = ["f*"] } });
        await folders.SaveAsync("k0", Tree);
        Tick();
        _bench.Folder.Write("tree/other/f99", "new");

        var again = await folders.SaveAsync("k0", Tree);

        Assert.That(again.IsUnchanged, Is.False);
        await Open(withState: false).RestoreAsync("k0", null, _bench.Folder["out"]);
        Assert.That(File.ReadAllText(_bench.Folder["out/other/f99"]), Is.EqualTo("new"));
    }

    [Test]
    public async Task A_file_that_changed_just_before_the_save_is_read_again()
    {
        _bench.Folder.Write("tree/d1/f1", "fresh");
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(FileNode.At(_bench.Folder["tree/d1/f1"])!.Changed.Seconds + 1));
        await using var cache = new BuildCacheBuilder().UseTimeProvider(clock).UseStore(_bench.Store).UseCompression().Build();
        var folders = cache.Folders(Options());
        var first = await folders.SaveAsync("k0", Tree);
        Change(state => state, e => e.Path.Is("d1/f1") ? e with { Identity = 1 } : e);

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
        foreach (var file in Directory.GetFiles(States, "*.state"))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            if (state == "lost")
                File.Delete(file);
            else if (state == "damaged")
                await File.WriteAllBytesAsync(file, [.. bytes[..^40], 1, .. bytes[^39..]]);
            else
                Change(s => state == "of another folder" ? s with { Folder = "/elsewhere" } : s with { Form = "other" }, file: file);
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
        foreach (var file in Directory.GetFiles(States, "*.state"))
            Change(s => s with { Boot = "another" }, file: file);

        var restored = await folders.RestoreAsync("k0", null, _bench.Folder["out"], Replacing);

        Assert.That(restored.BytesFetched, Is.Positive, "the files may not have reached the disk");
    }

    [Test]
    public async Task A_save_after_a_restore_reads_no_file()
    {
        var first = await Open().SaveAsync("k0", Tree);
        File.Delete(StateFile);
        await Open().RestoreAsync("k0", null, _bench.Folder["out"]);
        var honest = await Open().SaveAsync("k1", _bench.Folder["out"]);
        Change(state => state with { Save = null }, e => e.Path.Is("d1/f1") ? e with { Identity = 1 } : e);

        var saved = await Open().SaveAsync("k2", _bench.Folder["out"]);

        Assert.That((honest.ContentDigest, honest.BytesSent, honest.LayersMade), Is.EqualTo((first.ContentDigest, 0, 0)));
        Assert.That(saved.LayersMade, Is.Positive, "the state was believed, so the file counts as another");
    }

    [Test]
    public async Task A_directory_for_states_that_cannot_be_used_changes_nothing()
    {
        await File.WriteAllTextAsync(States, "a file");
        var folders = Open();

        Assert.That((await folders.SaveAsync("k0", Tree)).Export!.Error, Is.Null);
        Assert.That((await folders.RestoreAsync("k0", null, _bench.Folder["out"])).IsExact);
    }
}
