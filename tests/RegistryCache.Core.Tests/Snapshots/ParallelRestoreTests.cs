using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Restore;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>Files are written by several threads and layers are opened ahead. Neither may show in the result.</summary>
[TestFixture("Best")]
[TestFixture("Managed")]
[TestFixture("Portable")]
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ParallelRestoreTests(string access) : SnapshotFixture(access)
{
    [Test]
    [Category("Slow")]
    public async Task Layers_give_what_they_give_when_each_file_is_awaited([Range(1, 3)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        byte[][] layers = [.. Enumerable.Range(0, 3).Select(_ => RandomLayer(random, entries: 200))];
        Scratch.Create("one-by-one");

        var expected = await OneByOneAsync(layers);
        string? error = null;
        try
        {
            await ApplyAsync(Scratch["parallel"], null, layers);
        }
        catch (RegistryCacheException e)
        {
            error = e.Message;
        }

        TestContext.Out.WriteLine(error ?? "no error");
        Assert.That(error, Is.EqualTo(expected));
        if (error is null)
            Assert.That(Describe("parallel"), Is.EqualTo(Describe("one-by-one")));
        else
            Assert.That(Directory.Exists(Scratch["parallel"]), Is.False);
    }

    [Test]
    public void An_entry_waits_for_the_file_that_replaces_a_directory_above_it()
    {
        var layer = new RawTar().File("a/b/one").File("a").File("a/b/two").End();

        var error = Assert.CatchAsync<LayerFormatException>(() => ApplyAsync(Scratch["target"], null, layer))!;

        Assert.That(error.Message, Does.StartWith("An entry leads through 'a', which is not a directory"));
    }

    [Test]
    public void The_first_file_that_fails_is_the_error([Values] bool isDamagedLater)
    {
        // No file system takes a name of more than 255 bytes. The message cuts it, so only its directory is sure to be shown.
        var tar = new RawTar();
        for (var i = 0; i < 300; i++)
        {
            var name = i is 90 or > 110 ? $"{i}-{new string('n', 300)}" : $"{i}";
            tar.Pax(("path", $"d{i / 20}/{name}")).File("x", new string('c', i < 90 ? 10_000 : 1));
        }

        byte[] layer = [.. tar.WithoutEnd(), .. isDamagedLater ? Enumerable.Repeat((byte)'?', 512) : new byte[1024]];
        for (var run = 0; run < 5; run++)
        {
            var error = Assert.CatchAsync<CacheStorageException>(() => ApplyAsync(Scratch["target"], null, layer))!;

            Assert.That(error.Message, Does.Contain("/d4/9"));
            Assert.That(Directory.Exists(Scratch["target"]), Is.False);
        }
    }

    [Test]
    public async Task A_layer_is_opened_while_the_one_before_it_is_applied()
    {
        var isSecondOpen = new TaskCompletionSource();
        var first = new Observed(new RawTar().File("a", "1").End(), beforeRead: isSecondOpen.Task);
        var second = new Observed(new RawTar().File("a", "2").End(), whenOpened: isSecondOpen);

        await LayerApplier.ApplyAsync([first, second], Scratch["target"], new RestoreOptions { Access = Access });

        Assert.That(await File.ReadAllTextAsync(Scratch["target/a"]), Is.EqualTo("2"));
        Assert.That((first.IsClosed, second.IsClosed), Is.EqualTo((true, true)));
    }

    [Test]
    public void An_earlier_layer_fails_first_and_the_later_one_is_closed([Values] bool isLaterLost)
    {
        var isSecondOpen = new TaskCompletionSource();
        var first = new Observed(new RawTar().File("../a").End(), beforeRead: isSecondOpen.Task);
        var second = new Observed(new RawTar().File("a").End(), whenOpened: isSecondOpen) { IsLost = isLaterLost };

        var error = Assert.CatchAsync<RegistryCacheException>(
            () => LayerApplier.ApplyAsync([first, second], Scratch["target"], new RestoreOptions { Access = Access }))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.UnsafeLayer));
        Assert.That((first.IsClosed, second.IsClosed), Is.EqualTo((true, !isLaterLost)));
    }

    private static byte[] RandomLayer(Random random, int entries)
    {
        var tar = new RawTar();
        string? lastFile = null;
        for (var i = 0; i < entries; i++)
        {
            var path = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(depth => $"{"abc"[depth]}{random.Next(4 + depth * 3)}"));

            // Rarely a file is where another entry has a directory, which can be an error.
            var file = random.Next(400) == 0 ? path : $"{path}/f{random.Next(8)}";
            var mode = Convert.ToInt32(random.Next(2) == 0 ? "644" : "750", 8);
            switch (random.Next(40))
            {
                case 0:
                    tar.Symlink($"{path}/l{random.Next(3)}", "f1");
                    break;
                case 1:
                    tar.File(path + "/.wh..wh..opq", "");
                    break;
                case 2 or 3:
                    tar.File(path[..(path.LastIndexOf('/') + 1)] + $".wh.{"abc"[path.Count(c => c == '/')]}{random.Next(4)}", "");
                    break;
                case 4 when lastFile is not null:
                    tar.HardLink($"{path}/f{random.Next(8)}", lastFile);
                    break;
                case > 4 and < 9:
                    tar.Directory(path);
                    break;
                case > 8:
                    lastFile = file;
                    tar.File(file, new string((char)('a' + (i % 26)), random.Next(10) == 0 ? random.Next(300_000) : random.Next(2000)), mode: mode);
                    break;
            }
        }

        return tar.End();
    }

    // The same code with one file at a time. Returns the error, if there is one.
    private async Task<string?> OneByOneAsync(byte[][] layers)
    {
        using var root = Folder.Open(Scratch["one-by-one"], Access);
        await using var restorer = new FolderRestorer(root, new RestoreOptions { SymbolicLinks = SymbolicLinkPolicy.Inside });
        var reader = new EntryReader(new RestoreLimits());
        try
        {
            foreach (var layer in layers)
                await reader.ReadAsync(new MemoryStream(layer), new OneByOne(restorer), CancellationToken.None);
            await restorer.CompleteAsync();
            return null;
        }
        catch (RegistryCacheException e)
        {
            return e.Message;
        }
    }

    // Directories without an entry have the time of the restore.
    private List<string> Describe(string name) =>
        [.. Trees.Describe(Scratch[name], withTimes: true).Select(line => line.Contains(" Directory ", StringComparison.Ordinal) ? line[..line.LastIndexOf(' ')] : line)];

    private sealed class OneByOne(FolderRestorer restorer) : ILayerTarget
    {
        public ValueTask BeginLayerAsync() => restorer.BeginLayerAsync();

        public async ValueTask ApplyAsync(LayerEntry entry, IEntryContent content, CancellationToken cancellationToken)
        {
            await restorer.ApplyAsync(entry, content, cancellationToken);
            await restorer.DrainAsync();
        }
    }

    private sealed class Observed(byte[] tar, TaskCompletionSource? whenOpened = null, Task? beforeRead = null) : BlobSource
    {
        public bool IsLost { get; init; }

        public bool IsClosed { get; private set; }

        public override ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken = default)
        {
            whenOpened?.SetResult();
            return IsLost
                ? throw new CacheStorageException(RegistryCacheErrorCode.StorageFailure, "It is lost.")
                : ValueTask.FromResult<Stream>(new Watched(this, tar, beforeRead ?? Task.CompletedTask));
        }

        private sealed class Watched(Observed owner, byte[] tar, Task beforeRead) : MemoryStream(tar)
        {
            public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                await beforeRead.WaitAsync(cancellationToken);
                return await base.ReadAsync(buffer, cancellationToken);
            }

            protected override void Dispose(bool disposing)
            {
                owner.IsClosed = true;
                base.Dispose(disposing);
            }
        }
    }
}
