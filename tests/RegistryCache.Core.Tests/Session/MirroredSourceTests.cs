using RegistryCache.Core.Errors;
using RegistryCache.Core.Tests.Snapshots;
using RegistryCache.Storage;

using static RegistryCache.Core.Tests.Session.SessionBench;

namespace RegistryCache.Core.Tests.Session;

/// <summary>Two sources have the same cache, and one of them has lost or damaged its layers: what the other has is used, in either
/// order.</summary>
internal sealed class MirroredSourceTests
{
    private const string Registry = "type=registry,ref=ghcr.io/acme/app:main";
    private const string Directory = "type=local,src=copy";

    private readonly Dictionary<Digest, byte[]> _layers = [];
    private InMemoryContentStore _registry = null!;
    private InMemoryContentStore _directory = null!;
    private ScratchFolder _folder = null!;
    private BuildCache _cache = null!;

    [SetUp]
    public async Task Create()
    {
        (_registry, _directory) = (new InMemoryContentStore("the registry"), new InMemoryContentStore("the directory"));
        _layers.Clear();
        _folder = new ScratchFolder();
        _folder.Write("in/file", "the content");
        _cache = new BuildCacheBuilder().UseStores(new TwoStores(_registry, _directory)).UseCompression()
            .UseExportOptions(new CacheExportOptions { MergeWithExisting = true }).Build();
        await _cache.Folders(Registry).SaveAsync("key", _folder["in"]);
        await using var session = await _cache.OpenSessionAsync([Registry]);
        await session.RecordAsync(Compile("a"), Output("A"));
        await session.ExportAsync(Registry + ",mode=max");
        var graph = (await _cache.CreateImporter(Registry).ImportAsync()).Graph;
        await _cache.CreateExporter("type=local,dest=copy,mode=max").ExportAsync(graph);
        foreach (var layer in graph.CollectChains().Select(c => c.Top))
            _layers[layer.Digest] = await ReadAsync(_directory, layer.Descriptor);
    }

    [TearDown]
    public async Task Remove()
    {
        await _cache.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_layer_comes_from_the_other_source(
        [Values("lost", "flipped", "cut", "broken", "silent")] string damage, [Values] bool isFirstBad,
        [Values("restore", "folder", "list", "open", "copy", "convert")] string use)
    {
        Damage(isFirstBad ? _registry : _directory, damage);

        await UseAsync(use);
    }

    [Test]
    public void An_error_names_all_sources([Values("lost", "flipped", "silent")] string damage)
    {
        Damage(_registry, damage);
        Damage(_directory, damage);

        var error = Assert.CatchAsync<RegistryCacheException>(() => UseAsync("open"))!;

        Assert.That(error.Message, Does.Contain("the registry").And.Contains("the directory"));
        Assert.That(error.Side, Is.EqualTo(CacheSide.Source));
    }

    [Test]
    public async Task A_source_that_does_not_answer_is_asked_once()
    {
        var asked = 0;
        _registry.OnCall = (call, _) => ReadsLayer(call) && ++asked > 0 ? throw Silent() : Task.CompletedTask;

        foreach (var layer in (await ImportAsync()).Graph.CollectChains().Select(c => c.Top))
            await (await _cache.OpenLayerAsync(layer)).CopyToAsync(Stream.Null);

        Assert.That(asked, Is.EqualTo(1));
    }

    [Test]
    public async Task What_the_target_has_already_is_not_read()
    {
        var read = 0;
        _registry.OnCall = _directory.OnCall = (call, _) =>
        {
            if (ReadsLayer(call))
                Interlocked.Increment(ref read);
            return Task.CompletedTask;
        };

        await _cache.CreateExporter(Registry + ",mode=max").ExportAsync((await ImportAsync()).Graph);

        Assert.That(read, Is.Zero);
    }

    [Test]
    public async Task A_file_of_an_estargz_layer_with_a_damaged_chunk_comes_from_the_other_source([Values] bool isFirstBad)
    {
        var content = new byte[300_000];
        new Random(1).NextBytes(content);
        await using (var session = await _cache.OpenSessionAsync([]))
        {
            await session.RecordAsync(Compile("big"), LayerSource.FromEntries([LayerContent.File("big.bin", content)]));
            await session.ExportAsync("type=registry,ref=ghcr.io/acme/app:big,mode=max,compression=estargz,force-compression=true");
        }

        var graph = (await _cache.CreateImporter("type=registry,ref=ghcr.io/acme/app:big").ImportAsync()).Graph;
        await _cache.CreateExporter("type=local,dest=big,mode=max").ExportAsync(graph);
        var layer = graph.CollectChains().Single().Top;
        var bytes = await ReadAsync(_directory, layer.Descriptor);
        bytes[100_000] ^= 1;
        (isFirstBad ? _registry : _directory).OverwriteBlob(layer.Digest, bytes);

        await using var next = await _cache.OpenSessionAsync(["type=registry,ref=ghcr.io/acme/app:big", "type=local,src=big"]);
        using var read = new MemoryStream();
        await using (var file = await (await next.FindAsync(Compile("big")))!.OpenFileAsync("big.bin"))
            await file.CopyToAsync(read);

        Assert.That(read.ToArray(), Is.EqualTo(content));
        Assert.That(next.LoadFailures, Is.Empty);
    }

    [Test]
    public async Task A_layer_of_a_hit_that_proves_wrong_while_it_is_read_comes_from_the_other_source_the_next_time()
    {
        Damage(_registry, "flipped");
        await using var session = await _cache.OpenSessionAsync([Registry, Directory]);
        var hit = (await session.FindAsync(Compile("a")))!;

        Assert.That(() => ReadAllAsync(hit), Throws.InstanceOf<ContentMismatchException>());
        await ReadAllAsync((await session.FindAsync(Compile("a")))!);

        Assert.That(session.LoadFailures, Is.Empty);

        static async Task ReadAllAsync(CacheHit hit)
        {
            await foreach (var tar in hit.OpenAsync())
                await tar.CopyToAsync(Stream.Null);
        }
    }

    [Test]
    public async Task What_a_source_that_does_not_answer_may_have_is_not_lost()
    {
        Damage(_registry, "lost");
        Damage(_directory, "silent");
        await using var session = await _cache.OpenSessionAsync([Registry, Directory]);
        var restore = await (await session.FindAsync(Compile("a")))!.TryRestoreAsync(_folder["out"]);
        await using var exporting = await _cache.OpenSessionAsync([Registry, Directory]);
        await exporting.FindAsync(Compile("a"));

        var error = Assert.CatchAsync<RegistryCacheException>(
            () => exporting.ExportAsync("type=registry,ref=ghcr.io/acme/app:other,mode=max,compression=gzip,force-compression=true"))!;

        Assert.That((restore.Failures[0].Error.IsTransient, error.IsTransient), Is.EqualTo((true, true)));
    }

    [Test]
    public async Task A_layer_that_no_other_source_has_is_no_reason_to_read_the_others_again()
    {
        await using (var session = await _cache.OpenSessionAsync([Registry]))
        {
            var below = (await session.FindAsync(Compile("a")))!.Result.Chain;
            await session.RecordAsync(Link(Compile("a")), Output("top"), below);
            await session.ExportAsync(Registry + ",mode=max");
        }

        var top = (await _cache.CreateImporter(Registry).ImportAsync()).Graph.CollectChains().Select(c => c.Top)
            .Single(l => !_layers.ContainsKey(l.Digest));
        _registry.OverwriteBlob(top.Digest, new byte[top.Descriptor.Size]);
        var read = 0;
        _registry.OnRead = _directory.OnRead = (call, stream) =>
        {
            read += ReadsLayer(call) ? 1 : 0;
            return stream;
        };
        await using var next = await _cache.OpenSessionAsync([Registry, Directory]);

        var restore = await (await next.FindAsync(Link(Compile("a"))))!.TryRestoreAsync(_folder["out"]);

        Assert.That((restore.IsRestored, read), Is.EqualTo((false, 1)));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_layer_that_is_not_safe_is_tried_from_a_copy_once(CancellationToken cancellation)
    {
        // Nobody says which layer the error is about, and the one above is never opened.
        var hostile = new RawTar().File("../out", "x").End();
        var below = LayerChain.On(null, Layer(hostile));
        var builder = new CacheGraphBuilder();
        builder.AddSource("sha256:hostile", new CacheResult(LayerChain.On(below, Layer([.. new byte[1024]])), CacheTime.From(DateTimeOffset.UnixEpoch)));
        foreach (var target in new[] { "type=registry,ref=ghcr.io/acme/app:bad,mode=max", "type=local,dest=bad,mode=max" })
            await _cache.CreateExporter(target).ExportAsync(builder.Build(), cancellation);
        var graph = (await _cache.CreateImporter("type=registry,ref=ghcr.io/acme/app:bad", "type=local,src=bad").ImportAsync(cancellation)).Graph;

        Assert.That(
            () => _cache.ListFilesAsync(graph.Records.Single(r => !r.Results.IsEmpty).NewestResult!.Chain!.ToLayers(), options: null, cancellation),
            Throws.InstanceOf<LayerFormatException>());

        static CacheLayer Layer(byte[] tar) =>
            new(new Descriptor(MediaTypes.OciLayer, Digest.OfBytes(tar), tar.Length), BlobSource.FromBytes(tar));
    }

    [Test]
    public async Task A_temporary_file_that_cannot_be_made_is_no_fault_of_the_layer()
    {
        Damage(_registry, "flipped");
        await using var cache = new BuildCacheBuilder().UseStores(new TwoStores(_registry, _directory)).UseCompression()
            .UseLayerOptions(new LayerOptions { SpoolDirectory = _folder["absent"] }).Build();
        await using var session = await cache.OpenSessionAsync([Registry, Directory]);
        var hit = (await session.FindAsync(Compile("a")))!;

        var error = Assert.CatchAsync<RegistryCacheException>(() => hit.TryRestoreAsync(_folder["out"]))!;

        Assert.That((error.Code, error.Side), Is.EqualTo((RegistryCacheErrorCode.StorageFailure, CacheSide.None)));
        Assert.That(await session.FindAsync(Compile("a")), Is.Not.Null);
    }

    [Test]
    public async Task Progress_begins_again_with_the_copies()
    {
        Damage(_registry, "flipped");
        await using var session = await _cache.OpenSessionAsync([Registry, Directory]);
        var seen = new Latest();

        var report = await (await session.FindAsync(Compile("a")))!.RestoreAsync(_folder["out"], new RestoreOptions { Progress = seen });

        Assert.That(seen.Value.BytesTotal, Is.EqualTo((await session.FindAsync(Compile("a")))!.Result.Chain!.Top.Descriptor.Size));
        Assert.That(report.Entries, Is.EqualTo(1));
    }

    private sealed class Latest : IProgress<CacheProgress>
    {
        public CacheProgress Value { get; private set; }

        public void Report(CacheProgress value) => Value = value;
    }

    private Task<CacheImport> ImportAsync() => _cache.CreateImporter(Registry, Directory).ImportAsync();

    private async Task UseAsync(string use)
    {
        switch (use)
        {
            case "restore":
                await using (var session = await _cache.OpenSessionAsync([Registry, Directory]))
                {
                    await (await session.FindAsync(Compile("a")))!.RestoreAsync(_folder["out"]);
                    Assert.That(session.LoadFailures, Is.Empty);
                }

                Assert.That(await File.ReadAllTextAsync(_folder["out/out.txt"]), Is.EqualTo("A"));
                break;
            case "folder":
                var options = new FolderCacheOptions { Sources = [.. _cache.ParseSources(Registry), .. _cache.ParseSources(Directory)] };
                var found = await _cache.Folders(options).RestoreAsync("key", fallbacks: null, _folder["out"]);
                Assert.That((found.IsExact, found.Failures.Count), Is.EqualTo((true, 0)));
                Assert.That(await File.ReadAllTextAsync(_folder["out/file"]), Is.EqualTo("the content"));
                break;
            case "list":
                await using (var session = await _cache.OpenSessionAsync([Registry, Directory]))
                    Assert.That((await (await session.FindAsync(Compile("a")))!.ListAsync()).Select(e => e.Path), Is.EqualTo(["out.txt"]));
                break;
            case "open":
                var chain = (await ImportAsync()).Graph.Records.First(r => FolderCache.KeyOf(r) is null && r.NewestResult is not null);
                await using (var file = await _cache.OpenFileAsync(chain.NewestResult!.Chain!.ToLayers(), "out.txt"))
                    Assert.That(await new StreamReader(file).ReadToEndAsync(), Is.EqualTo("A"));
                break;
            default:
                var how = use == "convert" ? ",compression=gzip,force-compression=true" : "";
                var target = new InMemoryContentStore("the target");
                await using (var other = new BuildCacheBuilder().UseStore(target).UseCompression().Build())
                {
                    var graph = (await ImportAsync()).Graph;
                    await other.CreateExporter(Registry + ",mode=max" + how).ExportAsync(graph);
                    Assert.That((await other.VerifyAsync(Registry, new CacheVerifyOptions { ReadPercent = 100 })).IsSound);
                    Assert.That((await other.CreateImporter(Registry).ImportAsync()).Graph.Records.Sum(r => r.Results.Length),
                        Is.EqualTo(graph.Records.Sum(r => r.Results.Length)));
                }

                break;
        }
    }

    private void Damage(InMemoryContentStore store, string how)
    {
        foreach (var (digest, bytes) in _layers)
        {
            switch (how)
            {
                case "lost":
                    store.RemoveBlob(digest);
                    break;
                case "flipped":
                    store.OverwriteBlob(digest, [.. bytes[..^10], (byte)(bytes[^10] ^ 1), .. bytes[^9..]]);
                    break;
                case "cut":
                    store.OverwriteBlob(digest, bytes.AsSpan(0, 20));
                    break;
            }
        }

        if (how == "silent")
            store.OnCall = (call, _) => ReadsLayer(call) ? throw Silent() : Task.CompletedTask;
        if (how == "broken")
            store.OnRead = (call, stream) => ReadsLayer(call) ? new BrokenStream(stream) : stream;
    }

    private bool ReadsLayer(StoreCall call) =>
        call.Method is nameof(IContentStore.OpenBlobAsync) && _layers.ContainsKey(call.Digest!.Value);

    private static RegistryCacheException Silent() =>
        new(RegistryCacheErrorCode.RegistryUnreachable, "It does not answer.") { IsTransient = true };

    private sealed class BrokenStream(Stream inner) : Stream
    {
        private bool _began;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_began)
                throw Silent();
            _began = true;
            return await inner.ReadAsync(buffer[..Math.Min(buffer.Length, 15)], cancellationToken);
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
