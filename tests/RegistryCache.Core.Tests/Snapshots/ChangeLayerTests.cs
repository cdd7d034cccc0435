using RegistryCache.Core.Content;
using RegistryCache.Core.Snapshots;

namespace RegistryCache.Core.Tests.Snapshots;

[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ChangeLayerTests
{
    private ScratchFolder _scratch = null!;

    [SetUp]
    public void CreateScratch() => _scratch = new ScratchFolder();

    [TearDown]
    public void DeleteScratch() => _scratch.Dispose();

    [Test]
    public async Task The_difference_of_two_states_on_top_of_the_first_is_the_second([Values] bool readContent)
    {
        OddTree.Create(_scratch["tree"]);
        _scratch.Write("tree/emptied/one", "1");
        _scratch.Write("tree/emptied/two", "2");
        _scratch.Write("tree/file-to-dir", "f");
        _scratch.Write("tree/dir-to-link/inside", "i");
        _scratch.Write("tree/dir-to-file/inside", "i");
        _scratch.Write("tree/gone/deep/file", "g");
        var baseLayer = await Trees.TarOfAsync(_scratch["tree"]);
        var before = await DirectoryState.CaptureAsync(_scratch["tree"], readContent: readContent);

        File.Delete(_scratch["tree/file-to-dir"]);
        _scratch.Write("tree/file-to-dir/now", "n");
        Directory.Delete(_scratch["tree/dir-to-link"], recursive: true);
        File.CreateSymbolicLink(_scratch["tree/dir-to-link"], "plain");
        Directory.Delete(_scratch["tree/dir-to-file"], recursive: true);
        _scratch.Write("tree/dir-to-file", "f");
        Directory.Delete(_scratch["tree/gone"], recursive: true);
        Directory.Delete(_scratch["tree/emptied"], recursive: true);
        _scratch.Write("tree/emptied/three", "3");
        File.Delete(_scratch["tree/to-plain"]);
        File.WriteAllText(_scratch["tree/tool"], "changed");
        File.SetUnixFileMode(_scratch["tree/empty"], UnixFileMode.UserRead);
        var difference = await Trees.TarOfAsync(LayerSource.FromChangesSince(before));

        await Trees.ApplyAsync(_scratch["copy"], null, baseLayer, difference);

        Assert.That(Trees.Describe(_scratch["copy"]), Is.EqualTo(Trees.Describe(_scratch["tree"])));
        var entries = await EntriesAsync(difference);
        Assert.That(entries, Has.One.EqualTo("emptied OpaqueDirectory").And.One.EqualTo("gone Whiteout").And.One.EqualTo("to-plain Whiteout"));
        Assert.That(entries, Has.None.StartsWith("sparse ").And.None.StartsWith("gone/").And.None.StartsWith("plain "));
    }

    [Test]
    public async Task Nothing_changed_gives_a_layer_without_entries()
    {
        OddTree.Create(_scratch["tree"]);
        var before = await DirectoryState.CaptureAsync(_scratch["tree"]);

        Assert.That(await Trees.TarOfAsync(LayerSource.FromChangesSince(before)), Is.EqualTo(new byte[1024]));
    }

    [Test]
    public async Task With_content_read_a_touched_file_is_no_change()
    {
        _scratch.Write("tree/file", "1");
        var before = await DirectoryState.CaptureAsync(_scratch["tree"], readContent: true);

        File.SetLastWriteTimeUtc(_scratch["tree/file"], DateTime.UnixEpoch);

        Assert.That(await Trees.TarOfAsync(LayerSource.FromChangesSince(before)), Is.EqualTo(new byte[1024]));
    }

    [Test]
    public async Task Whiteouts_speak_of_lower_layers_only_wherever_they_stand()
    {
        var lower = new RawTar().File("dir/old", "o").File("dir/sub/old", "o").File("other", "o").End();
        var upper = new RawTar().File("dir/new", "n").File("dir/sub/new", "n").File("dir/.wh..wh..opq", "")
            .File("other", "n").File(".wh.other", "").File("dir/later", "l").End();

        await Trees.ApplyAsync(_scratch["copy"], null, lower, upper);
        var memory = await LayerApplier.ReadIntoMemoryAsync([BlobSource.FromBytes(lower), BlobSource.FromBytes(upper)], new RestoreLimits(), CancellationToken.None);

        const string Expected = "dir,dir/later,dir/new,dir/sub,dir/sub/new,other";
        Assert.That(string.Join(',', Trees.Describe(_scratch["copy"]).Select(line => line.Split(' ')[0])), Is.EqualTo(Expected));
        Assert.That(string.Join(',', memory.Entries.Select(entry => entry.Entry.Path)), Is.EqualTo(Expected));
        Assert.That(await File.ReadAllTextAsync(_scratch["copy/other"]), Is.EqualTo("n"));
    }

    [Test]
    public async Task A_failed_restore_over_old_content_keeps_it_and_a_good_one_merges_or_replaces()
    {
        _scratch.Write("target/mine", "m");
        _scratch.Write("target/shared", "old");
        var layer = new RawTar().File("shared", "new").End();

        await Trees.ApplyAsync(_scratch["target"], null, layer);
        Assert.That(string.Join(',', Trees.Describe(_scratch["target"]).Select(line => line.Split(' ')[0])), Is.EqualTo("mine,shared"));

        foreach (var mode in Enum.GetValues<RestoreFailureBehavior>())
        {
            _scratch.Write("target/mine", "m");
            await Trees.ApplyAsync(_scratch["target"], new RestoreOptions { Existing = ExistingContent.Replace, OnFailure = mode }, layer);
            Assert.That(string.Join(',', Trees.Describe(_scratch["target"]).Select(line => line.Split(' ')[0])), Is.EqualTo("shared"));
        }

        Assert.That(Directory.GetFileSystemEntries(_scratch.Path), Has.Length.EqualTo(1));
    }

    private static async Task<List<string>> EntriesAsync(byte[] tar)
    {
        var sink = new ListSink();
        await LayerApplier.ReadAsync([BlobSource.FromBytes(tar)], sink);
        return sink.Lines;
    }

    private sealed class ListSink : ILayerEntrySink
    {
        public List<string> Lines { get; } = [];

        public ValueTask OnEntryAsync(LayerEntry entry, Stream content, CancellationToken cancellationToken)
        {
            Lines.Add($"{entry.Path} {entry.Kind}");
            return ValueTask.CompletedTask;
        }
    }
}
