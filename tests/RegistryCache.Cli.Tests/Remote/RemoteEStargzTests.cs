using System.Formats.Tar;
using System.Globalization;
using RegistryCache.Compression;
using RegistryCache.Core.Content;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Layers;

namespace RegistryCache.Cli.Tests.Remote;

/// <summary>Single files of estargz layers out of the real registry: the right bytes, and only those that were needed.</summary>
[TestFixture]
[Category("Integration")]
public sealed class RemoteEStargzTests
{
    private const int ManyFiles = 40;
    private const int FileLength = 200_000;

    private readonly BlobFetches _fetches = new();
    private RegistryServer _server = null!;
    private BuildCache _caches = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await RegistryServer.StartAsync();
        _caches = new BuildCacheBuilder()
            .UseOci(options => options with { ConfigureHandler = _fetches.Count })
            .UseCompression()
            .Build();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_caches is not null)
            await _caches.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Test]
    public async Task Every_file_of_every_layer_that_BuildKit_wrote_comes_out_by_ranges_and_equals_the_tar()
    {
        var source = FixtureLayout.Open("max-estargz").Directory;
        var original = await ImportAsync($"type=local,src={source}");
        await _caches.CreateExporter($"type=registry,ref={Reference("fixture")},mode=max").ExportAsync(original);
        var remote = await ImportAsync($"type=registry,ref={Reference("fixture")}");
        var files = 0;

        foreach (var layer in Layers(remote))
        {
            Assert.That(layer.Descriptor.Annotations, Does.ContainKey(AnnotationKeys.StargzTocDigest));
            var expected = await FilesOfAsync(Layers(original).Single(other => other.Digest == layer.Digest));
            _fetches.Clear();
            await using var ranges = await _caches.OpenLayerRangesAsync(layer);
            var archive = await EStargzArchive.OpenAsync(layer.Descriptor, ranges, options: null, CancellationToken.None);

            Assert.That(archive.Entries.Where(e => e.Kind == LayerEntryKind.File).Select(e => e.Path), Is.EquivalentTo(expected.Keys));
            foreach (var (path, content) in expected)
                Assert.That(await ReadAsync(archive, path), Same.BytesAs(content), path);
            await archive.VerifyAsync(CancellationToken.None);
            AssertRangesOnly();
            files += expected.Count;
        }

        Assert.That(files, Is.GreaterThan(0));
    }

    [Test]
    public async Task One_file_of_a_large_layer_costs_its_own_bytes_and_the_table_of_contents()
    {
        var contents = new byte[ManyFiles][];
        await using var encoded = await _caches.EncodeLayerAsync(ManyFilesTar(contents), LayerCompression.EStargz);
        var builder = new CacheGraphBuilder();
        builder.AddSource(
            Digest.OfText("a step").ToString(),
            new CacheResult(LayerChain.Of(new CacheLayer(encoded.Descriptor, encoded.Source)), CacheTime.Parse("2026-01-02T03:04:05Z")));
        await _caches.CreateExporter($"type=registry,ref={Reference("large")},mode=max").ExportAsync(builder.Build());
        var layer = Layers(await ImportAsync($"type=registry,ref={Reference("large")}")).Single();
        var digest = layer.Digest.ToString();
        _fetches.Clear();

        await using var ranges = await _caches.OpenLayerRangesAsync(layer);
        var archive = await EStargzArchive.OpenAsync(layer.Descriptor, ranges, options: null, CancellationToken.None);
        var opening = _fetches.BytesOf(digest);
        const int chosen = 27;
        var content = await ReadAsync(archive, Name(chosen));
        var reading = _fetches.BytesOf(digest) - opening;
        TestContext.Out.WriteLine(
            $"blob {layer.Descriptor.Size} bytes, opening fetched {opening}, the file of {FileLength} fetched {reading}, in {_fetches.All.Count} requests");

        Assert.That(content, Is.EqualTo(contents[chosen]));
        Assert.That(layer.Descriptor.Size, Is.GreaterThan((long)ManyFiles * FileLength));
        Assert.That(opening, Is.LessThan(64 * 1024), "footer and table of contents");

        // Noise does not shrink, so the chunk is a little longer than the file; the next entry's header ends the member.
        Assert.That(reading, Is.InRange(FileLength, FileLength + 4096));
        AssertRangesOnly();
    }

    private string Reference(string repository) => $"{_server.Host}/{repository}:cache";

    private async Task<CacheGraph> ImportAsync(string source)
    {
        var import = await _caches.CreateImporter(source).ImportAsync();
        Assert.That(import.IsHit, Is.True, source);
        return import.Graph;
    }

    private void AssertRangesOnly()
    {
        Assert.That(_fetches.All, Is.Not.Empty);
        // Looking for the footer reads the last bytes; a blob that is no longer than that is read whole.
        var whole = _fetches.All.Where(fetch => fetch.Status != 206 && fetch.Bytes > LayerProbe.EdgeLength);
        Assert.That(whole, Is.Empty, "an answer other than 206 is a whole blob");
    }

    private static IEnumerable<CacheLayer> Layers(CacheGraph graph) => graph.CollectChains().Select(chain => chain.Top).DistinctBy(layer => layer.Digest);

    private static async Task<byte[]> ReadAsync(EStargzArchive archive, string path)
    {
        await using var file = archive.OpenFile(path);
        using var content = new MemoryStream();
        await file.CopyToAsync(content);
        return content.ToArray();
    }

    private async Task<Dictionary<string, byte[]>> FilesOfAsync(CacheLayer layer)
    {
        await using var content = await _caches.OpenLayerAsync(layer);
        await using var tar = new TarReader(content);
        var files = new Dictionary<string, byte[]>();
        while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
        {
            if (entry.EntryType != TarEntryType.RegularFile)
                continue;
            using var data = new MemoryStream();
            if (entry.DataStream is not null)
                await entry.DataStream.CopyToAsync(data);
            files[entry.Name.TrimStart('.', '/')] = data.ToArray();
        }

        files.Remove("stargz.index.json");
        return files;
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"data/file{number:D2}.bin");

    private static MemoryStream ManyFilesTar(byte[][] contents)
    {
        var random = new Random(20260102);
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            for (var i = 0; i < contents.Length; i++)
            {
                contents[i] = new byte[FileLength];
                random.NextBytes(contents[i]);
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, Name(i)) { DataStream = new MemoryStream(contents[i]) });
            }
        }

        tar.Position = 0;
        return tar;
    }
}
