namespace RegistryCache.Core.Tests.Snapshots;

[TestFixture("Best")]
[TestFixture("Managed")]
[TestFixture("Portable")]
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ChangeLayerTests(string access) : SnapshotFixture(access)
{
    [Test]
    public async Task The_difference_of_two_states_on_top_of_the_first_is_the_second([Values] bool readContent)
    {
        MakeOddTree("tree");
        Scratch.Write("tree/emptied/one", "1");
        Scratch.Write("tree/emptied/two", "2");
        Scratch.Write("tree/file-to-dir", "f");
        Scratch.Write("tree/dir-to-link/inside", "i");
        Scratch.Write("tree/dir-to-file/inside", "i");
        Scratch.Write("tree/gone/deep/file", "g");
        var baseLayer = await TarOfAsync(Scratch["tree"]);
        var before = await DirectoryState.CaptureAsync(Scratch["tree"], Taking(), readContent: readContent);

        File.Delete(Scratch["tree/file-to-dir"]);
        Scratch.Write("tree/file-to-dir/now", "n");
        Directory.Delete(Scratch["tree/dir-to-link"], recursive: true);
        File.CreateSymbolicLink(Scratch["tree/dir-to-link"], "plain");
        Directory.Delete(Scratch["tree/dir-to-file"], recursive: true);
        Scratch.Write("tree/dir-to-file", "f");
        Directory.Delete(Scratch["tree/gone"], recursive: true);
        Directory.Delete(Scratch["tree/emptied"], recursive: true);
        Scratch.Write("tree/emptied/three", "3");
        File.Delete(Scratch["tree/to-plain"]);
        File.WriteAllText(Scratch["tree/tool"], "changed");
        File.SetUnixFileMode(Scratch["tree/empty"], UnixFileMode.UserRead);
        var difference = await Trees.TarOfAsync(LayerSource.FromChangesSince(before));

        await ApplyAsync(Scratch["copy"], null, baseLayer, difference);

        Assert.That(Trees.Describe(Scratch["copy"]), Is.EqualTo(Trees.Describe(Scratch["tree"])));
        var entries = await EntriesAsync(difference);
        Assert.That(entries, Has.One.EqualTo("emptied OpaqueDirectory").And.One.EqualTo("gone Whiteout").And.One.EqualTo("to-plain Whiteout"));
        Assert.That(entries, Has.None.StartsWith("sparse ").And.None.StartsWith("gone/").And.None.StartsWith("plain "));
    }

    [Test]
    public async Task Nothing_changed_gives_a_layer_without_entries()
    {
        MakeOddTree("tree");
        var before = await DirectoryState.CaptureAsync(Scratch["tree"], Taking());

        Assert.That(await Trees.TarOfAsync(LayerSource.FromChangesSince(before)), Is.EqualTo(new byte[1024]));
    }

    [Test]
    public async Task A_change_that_keeps_size_and_time_is_seen()
    {
        var file = Scratch.Write("tree/file", "1111");
        var time = File.GetLastWriteTimeUtc(file);
        var before = await DirectoryState.CaptureAsync(Scratch["tree"], Taking());

        File.WriteAllText(file, "2222");
        File.SetLastWriteTimeUtc(file, time);

        Assert.That(await EntriesAsync(await Trees.TarOfAsync(LayerSource.FromChangesSince(before))), Is.EqualTo(new List<string> { "file File" }));
    }

    [Test]
    public async Task With_content_read_a_touched_file_is_no_change()
    {
        Scratch.Write("tree/file", "1");
        var before = await DirectoryState.CaptureAsync(Scratch["tree"], Taking(), readContent: true);

        File.SetLastWriteTimeUtc(Scratch["tree/file"], DateTime.UnixEpoch);

        Assert.That(await Trees.TarOfAsync(LayerSource.FromChangesSince(before)), Is.EqualTo(new byte[1024]));
    }

    [Test]
    public async Task Whiteouts_speak_of_lower_layers_only_wherever_they_stand()
    {
        var lower = new RawTar().File("dir/old", "o").File("dir/sub/old", "o").File("other", "o").End();
        var upper = new RawTar().File("dir/new", "n").File("dir/sub/new", "n").File("dir/.wh..wh..opq", "")
            .File("other", "n").File(".wh.other", "").File("dir/later", "l").End();

        await ApplyAsync(Scratch["copy"], null, lower, upper);
        var memory = await LayerApplier.ReadIntoMemoryAsync([BlobSource.FromBytes(lower), BlobSource.FromBytes(upper)], new RestoreLimits(), CancellationToken.None);

        const string Expected = "dir,dir/later,dir/new,dir/sub,dir/sub/new,other";
        Assert.That(string.Join(',', Trees.Describe(Scratch["copy"]).Select(line => line.Split(' ')[0])), Is.EqualTo(Expected));
        Assert.That(string.Join(',', memory.Values.Select(entry => entry.Entry.Path)), Is.EqualTo(Expected));
        Assert.That(await File.ReadAllTextAsync(Scratch["copy/other"]), Is.EqualTo("n"));
    }

    [Test]
    public async Task A_failed_restore_over_old_content_keeps_it_and_a_good_one_merges_or_replaces()
    {
        Scratch.Write("target/mine", "m");
        Scratch.Write("target/shared", "old");
        var layer = new RawTar().File("shared", "new").End();

        await ApplyAsync(Scratch["target"], null, layer);
        Assert.That(string.Join(',', Trees.Describe(Scratch["target"]).Select(line => line.Split(' ')[0])), Is.EqualTo("mine,shared"));

        Scratch.Write("target/mine", "m");
        await ApplyAsync(Scratch["target"], new RestoreOptions { ReplaceExisting = true }, layer);
        Assert.That(string.Join(',', Trees.Describe(Scratch["target"]).Select(line => line.Split(' ')[0])), Is.EqualTo("shared"));

        Assert.That(Directory.GetFileSystemEntries(Scratch.Path), Has.Length.EqualTo(1));
    }

    private static async Task<List<string>> EntriesAsync(byte[] tar)
    {
        var lines = new List<string>();
        await LayerApplier.ReadAsync([BlobSource.FromBytes(tar)], (entry, _, _) =>
        {
            lines.Add($"{entry.Path} {entry.Kind}");
            return ValueTask.CompletedTask;
        });
        return lines;
    }
}
