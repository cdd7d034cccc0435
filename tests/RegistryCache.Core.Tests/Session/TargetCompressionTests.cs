using static RegistryCache.Core.Tests.Session.SessionBench;

namespace RegistryCache.Core.Tests.Session;

/// <summary><c>compression=</c> of a target counts for what this process made, as Docker's documentation says, and for nothing else.</summary>
internal sealed class TargetCompressionTests
{
    private SessionBench _bench = null!;

    [SetUp]
    public void Create() => _bench = new SessionBench();

    [TearDown]
    public async Task Dispose() => await _bench.DisposeAsync();

    [TestCase("", null, "tar+gzip", LayerDecision.KeptWithoutForce)]
    [TestCase("", "zstd", "tar+zstd", LayerDecision.KeptWithoutForce)]
    [TestCase(",compression=zstd", null, "tar+zstd", LayerDecision.ConvertedCodec)]
    [TestCase(",compression=gzip", "zstd", "tar+gzip", LayerDecision.ConvertedCodec)]
    [TestCase(",compression=gzip", null, "tar+gzip", LayerDecision.KeptWithoutForce)]
    [TestCase(",compression=gzip,compression-level=9", null, "tar+gzip", LayerDecision.ConvertedLevel)]
    [TestCase(",compression=uncompressed", null, ".tar", LayerDecision.ConvertedCodec)]
    public async Task A_recorded_layer_has_the_compression_of_the_target(string named, string? own, string mediaType, LayerDecision decision)
    {
        await using var session = await _bench.Cache.OpenSessionAsync(
            [], new() { Compression = own == "zstd" ? LayerCompression.Zstd : LayerCompression.Gzip });
        await session.RecordAsync(Compile("a"), Output("x"));

        var report = await session.ExportAsync(Main + named);

        Assert.That(report.Layers.Single().After.MediaType, Does.EndWith(mediaType));
        Assert.That(report.Layers.Single().Decision, Is.EqualTo(decision));
        await using var next = await _bench.OpenAsync("main");
        Assert.That(await _bench.RestoreAsync((await next.FindAsync(Compile("a")))!), Is.EqualTo("x"));
    }

    [Test]
    public async Task A_target_that_is_known_at_the_start_is_encoded_for_only_once()
    {
        await using var session = await _bench.Cache.OpenSessionAsync([], new() { Targets = [CacheTarget.Parse(Main + ",compression=zstd")] });
        var recorded = await session.RecordAsync(Compile("a"), Output("x"));

        var report = await session.ExportAsync(Main + ",compression=zstd");

        Assert.That(recorded.Chain!.Top.Descriptor.MediaType, Is.EqualTo(MediaTypes.OciLayerZstd));
        Assert.That(report.Layers.Single().Decision, Is.EqualTo(LayerDecision.KeptWithoutForce));
    }

    [Test]
    public async Task A_layer_that_came_from_a_cache_stays_as_it_is()
    {
        await _bench.BuildAsync(Main, (Compile("a"), "x"));
        await using var session = await _bench.OpenAsync("main");
        await session.FindAsync(Compile("a"));

        var report = await session.ExportAsync("type=registry,ref=ghcr.io/acme/app:two,mode=max,compression=zstd");

        Assert.That(report.Layers.Single().Decision, Is.EqualTo(LayerDecision.KeptWithoutForce));
    }

    [TestCase("", "tar+zstd")]
    [TestCase(",compression=gzip", "tar+gzip")]
    public async Task A_saved_folder_has_the_compression_of_the_target(string named, string mediaType)
    {
        _bench.Folder.Write("work/a", "content");

        var saved = await _bench.Cache.Folders($"type=registry,ref=ghcr.io/acme/ci:nuget{named}").SaveAsync("k", _bench.Folder["work"]);

        Assert.That(saved.Export!.Layers.Select(l => l.After.MediaType), Is.Not.Empty.And.All.EndsWith(mediaType));
    }
}
