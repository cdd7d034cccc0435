using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Snapshots;
using RegistryCache.Core.Streams;
using RegistryCache.Core.Tar;
using RegistryCache.Core.Tests.Session;
using RegistryCache.Core.Tests.Snapshots;
using RegistryCache.Layers;

namespace RegistryCache.Core.Tests.Folders;

/// <summary>A file that somebody writes to while its folder is saved.</summary>
[Category("Slow")]
internal sealed class ChangingFileTests
{
    private const string Target = "type=registry,ref=ghcr.io/acme/ci:obj";

    // More than all buffers between the file and the codec hold.
    private const int Large = 12 << 20;

    [Test]
    public async Task A_small_file_is_read_again()
    {
        using var folder = new ScratchFolder();
        foreach (var name in (string[])["a", "b", "c"])
            folder.Write($"tree/{name}", new string('x', 200_000));
        var options = new SnapshotOptions();
        using var scan = await FolderScan.ReadAsync(new MappedFolders([(folder["tree"], "")], options), options, [], known: null, hashing: null, default);

        // The first write is when there is no room for the third file, which was opened by then.
        using var tar = new AppendingStream(folder["tree/c"]);
        await scan.ToLayer([.. scan.Nodes], []).WriteToAsync(tar);

        Assert.That(scan.Nodes[^1].Entry.Size, Is.EqualTo(200_004));
        tar.Position = 0;
        using var scanner = new TarScanner(tar, 1 << 20);
        while (await scanner.NextAsync(default) is { } entry)
            Assert.That((await scanner.ReadToArrayAsync(entry, default)).LongLength, Is.EqualTo(entry.Size));
    }

    [Test]
    public async Task A_file_with_two_names_that_was_replaced_under_one_of_them_is_not_saved_as_both()
    {
        using var folder = new ScratchFolder();
        folder.Write("tree/a", "old");
        HardLink(folder, "a", "b");
        var options = new SnapshotOptions();
        using var scan = await FolderScan.ReadAsync(new MappedFolders([(folder["tree"], "")], options), options, [], known: null, hashing: null, default);
        Replace(folder, "a");

        var error = Assert.CatchAsync<CacheStorageException>(() => scan.ToLayer([.. scan.Nodes], []).WriteToAsync(Stream.Null))!;

        Assert.That((error.Code, error.IsTransient), Is.EqualTo((RegistryCacheErrorCode.SourceChanged, true)));
    }

    [Test]
    public async Task A_snapshot_takes_each_name_for_what_it_was_when_one_was_replaced()
    {
        using var folder = new ScratchFolder();
        folder.Write("tree/a", "old");
        HardLink(folder, "a", "b");
        using var root = Folder.Open(folder["tree"]);
        List<TreeItem> items = [.. root.List().OrderBy(n => n.Name, StringComparer.Ordinal).Select(n => new TreeItem(root, n, n.Name))];
        Replace(folder, "a");
        using var tar = new MemoryStream();
        using (var writer = new TarStreamWriter(tar))
        {
            var nodes = new NodeWriter(writer, new SnapshotOptions());
            foreach (var item in items)
                await nodes.WriteAsync(item, default);
            await writer.FinishAsync(default);
        }

        var read = await LayerApplier.ReadIntoMemoryAsync([BlobSource.FromBytes(tar.ToArray())], new RestoreLimits());

        Assert.That(await TextOfAsync(read["a"]), Is.EqualTo("new"));
        Assert.That(await TextOfAsync(read["b"]), Is.EqualTo("old"));
    }

    private static async Task<string> TextOfAsync(LayerContent content)
    {
        using var reader = new StreamReader(await content.Content!.OpenReadAsync());
        return await reader.ReadToEndAsync();
    }

    private static void HardLink(ScratchFolder folder, string from, string to)
    {
        if (!FileNode.At(folder["tree/" + from])!.HasIdentity)
            Assert.Ignore("This system does not tell which names are one file.");
        ScratchFolder.HardLink(folder["tree/" + from], folder["tree/" + to]);
    }

    private static void Replace(ScratchFolder folder, string name)
    {
        folder.Write("new", "new");
        File.Move(folder["new"], folder["tree/" + name], overwrite: true);
    }

    [TestCase(2, true)]
    [TestCase(3, false)]
    public async Task A_layer_with_a_large_file_that_changes_is_made_up_to_three_times(int changes, bool isSaved)
    {
        await using var bench = new SessionBench();
        bench.Folder.Write("tree/file", new string('x', Large));
        var codec = new AppendingCodec(bench.Folder["tree/file"], changes);
        await using var cache = new BuildCacheBuilder().UseTimeProvider(bench.Time).UseStore(bench.Store).UseCodecs([codec]).Build();
        var folders = cache.Folders(new FolderCacheOptions { Target = CacheTarget.Parse(Target), Compression = codec.Compression });

        if (!isSaved)
        {
            var error = Assert.CatchAsync<CacheStorageException>(() => folders.SaveAsync("k", bench.Folder["tree"]))!;
            Assert.That((error.Code, error.IsTransient), Is.EqualTo((RegistryCacheErrorCode.SourceChanged, true)));
            Assert.That(error.Message, Does.Contain("'file' changed while it was read"));
            Assert.That(bench.Store.Tags, Is.Empty);
            return;
        }

        await folders.SaveAsync("k", bench.Folder["tree"]);

        Assert.That((await folders.RestoreAsync("k", null, bench.Folder["out"])).IsExact);
        Assert.That(await File.ReadAllTextAsync(bench.Folder["out/file"]), Is.EqualTo(await File.ReadAllTextAsync(bench.Folder["tree/file"])));
        Assert.That((await folders.SaveAsync("k", bench.Folder["tree"])).IsUnchanged);
    }

    private sealed class AppendingStream(string path) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Length == 0)
                File.AppendAllText(path, "more");
            return base.WriteAsync(buffer, cancellationToken);
        }
    }

    private sealed class AppendingCodec(string path, int times) : ILayerCodec
    {
        private readonly ILayerCodec _inner = LayerCodecs.Uncompressed;
        private int _times = times;

        public LayerCompression Compression => _inner.Compression;

        public CompressionLevelRange? Levels => _inner.Levels;

        public string MediaType => _inner.MediaType;

        public string? DockerMediaType => _inner.DockerMediaType;

        public ValueTask<LayerMatch> MatchAsync(LayerProbe probe, CancellationToken cancellationToken) => _inner.MatchAsync(probe, cancellationToken);

        public Stream OpenDecoder(Stream blob) => _inner.OpenDecoder(blob);

        public async Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken)
        {
            // When there is a first byte, the file was opened.
            var head = new byte[1];
            await tar.ReadExactlyAsync(head, cancellationToken);
            if (_times-- > 0)
                await File.AppendAllTextAsync(path, "more", cancellationToken);
            return await _inner.EncodeAsync(new PrefixedStream(head, tar), blob, options, cancellationToken);
        }
    }
}
