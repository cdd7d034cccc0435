using System.Diagnostics.Metrics;
using RegistryCache.Core.Layers;
using RegistryCache.Core.Tests.Snapshots;
using RegistryCache.Testing;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Core.Tests.Layers;

/// <summary>What is hashed, and how often: each blob once, each tar once. The counter is the process's, so nothing else may run beside.</summary>
[NonParallelizable]
[Category("Slow")]
internal sealed class HashCountTests
{
    private const int ChunkLength = 4 << 20;

    private static readonly CacheStep Step = CacheStep.Define("acme.step.v1").With("n", "1");

    private ScratchFolder _folder = null!;
    private BuildCache _cache = null!;

    [SetUp]
    public void Create()
    {
        _folder = new ScratchFolder();
        _cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
        _folder.Write("in/one", new string('a', 300_000));
        _folder.Write("in/two", Convert.ToHexString(RandomTar.Create(seed: 5)));
    }

    [TearDown]
    public async Task Remove()
    {
        await _cache.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_restore_from_a_directory_hashes_each_blob_once_and_each_tar_once(
        [Values("gzip", "zstd", "estargz", "uncompressed")] string compression)
    {
        await BuildAsync($"type=local,dest={_folder["layout"]}", compression);

        await AssertRestoreHashesOnceAsync($"type=local,src={_folder["layout"]}");
    }

    [Test]
    public async Task A_restore_from_a_registry_hashes_each_blob_once_and_each_tar_once([Values("zstd", "uncompressed")] string compression)
    {
        await using var registry = await TestRegistry.StartAsync();
        await BuildAsync($"type=registry,ref={registry.Host}/acme/app:t", compression);

        await AssertRestoreHashesOnceAsync($"type=registry,ref={registry.Host}/acme/app:t");
    }

    [Test]
    public async Task A_restore_with_local_blobs_hashes_each_blob_once_and_each_tar_once()
    {
        await using var registry = await TestRegistry.StartAsync();
        await BuildAsync($"type=registry,ref={registry.Host}/acme/app:t", "zstd");
        await _cache.DisposeAsync();
        _cache = new BuildCacheBuilder().UseOci().UseCompression().UseLocalBlobs(_folder["blobs"]).Build();

        await AssertRestoreHashesOnceAsync($"type=registry,ref={registry.Host}/acme/app:t", beforeRestore: () => _folder.Delete("blobs"));
        _folder.Delete("out");
        await AssertRestoreHashesOnceAsync($"type=registry,ref={registry.Host}/acme/app:t");
    }

    [Test]
    [Category("Slow")]
    public async Task A_conversion_hashes_each_blob_once_and_the_tar_once(
        [Values("gzip", "zstd", "estargz", "uncompressed")] string from, [Values("gzip", "zstd", "estargz", "uncompressed")] string to)
    {
        await BuildAsync($"type=local,dest={_folder["layout"]}", from);
        var (import, layer, tar) = await LookAsync($"type=local,src={_folder["layout"]}");
        var request = new LayerConversionRequest(LayerCompression.FromName(to), Level: to == "uncompressed" ? null : 3, Force: true);
        using var hashed = new HashedBytes();

        await using var result = await new LayerConverter(_cache.Codecs).ConvertAsync(layer.Descriptor, layer.Content, request, CancellationToken.None);

        var total = hashed.Total;
        var expected = from == to && to == "uncompressed" ? 0 : layer.Descriptor.Size + await OfConversionAsync(from, to, tar, result.Descriptor, result.Source);
        Assert.That(import.IsHit);
        Assert.That(total, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_copy_into_a_directory_hashes_each_blob_once()
    {
        await BuildAsync($"type=local,dest={_folder["layout"]}", "gzip");
        var (import, layer, _) = await LookAsync($"type=local,src={_folder["layout"]}");
        using var hashed = new HashedBytes();

        var report = await _cache.CreateExporter($"type=local,dest={_folder["copy"]},mode=max").ExportAsync(import.Graph);

        Assert.That(report.Layers, Has.Count.EqualTo(1));
        Assert.That(hashed.Total, Is.EqualTo(layer.Descriptor.Size + report.Config!.Size + report.Manifest!.Size));
    }

    [Test]
    public async Task A_conversion_into_a_directory_hashes_each_blob_once_and_the_tar_once(
        [Values("gzip", "zstd", "uncompressed")] string from, [Values("gzip", "zstd", "estargz", "uncompressed")] string to)
    {
        await BuildAsync($"type=local,dest={_folder["layout"]}", from);
        var (import, layer, tar) = await LookAsync($"type=local,src={_folder["layout"]}");
        var target = $"type=local,dest={_folder["copy"]},mode=max,force-compression=true,compression={to}";
        using var hashed = new HashedBytes();

        var report = await _cache.CreateExporter(target).ExportAsync(import.Graph);

        var total = hashed.Total - report.Config!.Size - report.Manifest!.Size;
        var after = report.Layers.Single().After;
        var blob = BlobSource.FromFile(Path.Combine(_folder["copy"], "blobs", "sha256", after.Digest.Hex));
        Assert.That(total, Is.EqualTo(layer.Descriptor.Size + (from == to ? 0 : await OfConversionAsync(from, to, tar, after, blob))));
    }

    [Test]
    public async Task A_conversion_of_a_large_file_to_estargz_hashes_its_first_chunk_once_for_the_chunk_and_for_the_file()
    {
        _folder.Write("in/big", new string('b', 2 * ChunkLength + 1));
        await A_conversion_into_a_directory_hashes_each_blob_once_and_the_tar_once("gzip", "estargz");
    }

    [Test]
    public async Task A_recorded_step_is_hashed_when_it_is_encoded_and_not_when_it_is_sent(
        [Values("gzip", "zstd", "estargz", "uncompressed")] string compression)
    {
        await using var session = await _cache.OpenSessionAsync(new BuildSessionOptions { Compression = LayerCompression.FromName(compression) });
        await session.RecordAsync(Step, LayerSource.FromDirectory(_folder["in"]));
        using var hashed = new HashedBytes();

        var report = await session.ExportAsync($"type=local,dest={_folder["layout"]},mode=max");

        Assert.That(hashed.Total, Is.EqualTo(report.Config!.Size + report.Manifest!.Size));
    }

    /// <summary>What a conversion hashes beside the blob that it reads. estargz needs more digests than a plain codec: of each chunk, of each
    /// file of several chunks, whose first chunk counts for both, and of the table of contents.</summary>
    private async Task<long> OfConversionAsync(string from, string to, long tar, Descriptor after, BlobSource blob)
    {
        if (to != "estargz")
            return (from == "uncompressed" ? 0 : tar) + (to == "uncompressed" ? 0 : after.Size);
        await using var stream = await LayerReader.OpenAsync(after, blob, _cache.Codecs, limits: null, CancellationToken.None);
        using var whole = new MemoryStream();
        await stream.CopyToAsync(whole);
        var files = Lengths(whole, 0).Sum(length => length + Math.Max(length - ChunkLength, 0));
        var toc = Lengths(whole, whole.ToArray().AsSpan().LastIndexOf("stargz.index.json"u8)).Single();

        // .NET cannot copy the state of a hash, so only a tar that goes on as the target's is hashed once for both diffIDs.
        return after.Size + whole.Length + files + toc + (from == "estargz" ? tar : 0);
    }

    private static List<long> Lengths(MemoryStream tar, long start)
    {
        var lengths = new List<long>();
        tar.Position = start;
        using var entries = new System.Formats.Tar.TarReader(tar, leaveOpen: true);
        while (entries.GetNextEntry() is { } entry)
            lengths.Add(entry.Length);
        return lengths;
    }

    [Test]
    public async Task A_blob_of_a_directory_is_left_to_the_registry_that_receives_it(
        [Values("gzip", "zstd", "estargz", "uncompressed")] string compression)
    {
        await BuildAsync($"type=local,dest={_folder["layout"]}", compression);
        var graph = (await _cache.CreateImporter($"type=local,src={_folder["layout"]}").ImportAsync()).Graph;
        await using var registry = await TestRegistry.StartAsync(new TestRegistryOptions { Quirks = new() { SinglePostStatus = 201 } });
        using var hashed = new HashedBytes();

        var report = await _cache.CreateExporter($"type=registry,ref={registry.Host}/a/b:main,mode=max").ExportAsync(graph);

        Assert.That(report.Places[0].Layers, Is.Not.Empty.And.All.Matches<ExportedLayer>(l => l.BytesSent > 0));
        Assert.That(hashed.Total, Is.EqualTo(report.Config!.Size), "the config comes from memory");
    }

    private async Task BuildAsync(string target, string compression)
    {
        await using var session = await _cache.OpenSessionAsync(new BuildSessionOptions { Compression = LayerCompression.FromName(compression) });
        await session.RecordAsync(Step, LayerSource.FromDirectory(_folder["in"]));
        await session.ExportAsync(target + ",mode=max");
    }

    private async Task AssertRestoreHashesOnceAsync(string source, Action? beforeRestore = null)
    {
        var (import, layer, tar) = await LookAsync(source);
        beforeRestore?.Invoke();
        var cache = import.Sources[0];
        using var hashed = new HashedBytes();

        await using var session = await _cache.OpenSessionAsync([source]);
        await (await session.FindAsync(Step))!.RestoreAsync(_folder["out"]);

        Assert.That(hashed.Total, Is.EqualTo(cache.Manifest!.Size + cache.Config!.Size + layer.Descriptor.Size + tar));
    }

    /// <summary>The cache, its only layer, and how many bytes its tar has beside its blob.</summary>
    private async Task<(CacheImport Import, CacheLayer Layer, long Tar)> LookAsync(string source)
    {
        var import = await _cache.CreateImporter(source).ImportAsync();
        var layer = import.Graph.CollectChains()[0].ToLayers().Single();
        await using var stream = await _cache.OpenLayerAsync(layer);
        await stream.CopyToAsync(Stream.Null);
        return (import, layer, ((LayerReadStream)stream).Compression == LayerCompression.Uncompressed ? 0 : stream.Position);
    }

    private sealed class HashedBytes : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _total;

        public HashedBytes()
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument is { Name: "registrycache.hashed", Meter.Name: BuildCache.MeterName })
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, bytes, _, _) => Interlocked.Add(ref _total, bytes));
            _listener.Start();
        }

        public long Total => Interlocked.Read(ref _total);

        public void Dispose() => _listener.Dispose();
    }
}
