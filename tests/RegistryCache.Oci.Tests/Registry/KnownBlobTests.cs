using RegistryCache.Fixtures;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>What a manifest in the repository names is there: the registry is not asked for it.</summary>
[Category("Integration")]
public sealed class KnownBlobTests
{
    private const string Repository = "a/known";

    [Test]
    public async Task An_unchanged_export_is_one_request([Values] bool merge)
    {
        await using var bench = await Bench.StartAsync();
        var graph = await bench.FixtureAsync();
        await bench.ExportAsync(graph, "main");

        var report = await bench.ExportAsync(graph, "main", new() { MergeWithExisting = merge });

        Assert.That(report.IsUnchanged);
        Assert.That(report.Places[0].Layers, Is.Not.Empty.And.All.Matches<ExportedLayer>(l => l.IsReliedOn));

        // A merge looks again just before it would move the tag.
        Assert.That(bench.Requests, Is.EqualTo(Enumerable.Repeat("HEAD manifests", merge ? 2 : 1)));
    }

    [Test]
    public async Task Only_blobs_that_the_manifest_does_not_name_are_asked_for()
    {
        await using var bench = await Bench.StartAsync();
        var graph = await bench.FixtureAsync();
        var part = GraphOf(graph, 1);
        await bench.ExportAsync(part, "main");

        var report = await bench.ExportAsync(graph, "main");

        var known = report.Places[0].Layers.Count(l => l.IsReliedOn);
        Assert.That(known, Is.Positive.And.LessThan(report.Places[0].Layers.Count));
        var others = report.Places[0].Layers.Count - known + 1;
        Assert.That(bench.Requests.Count(r => r == "POST uploads"), Is.EqualTo(others), "the others and the config");
        Assert.That(bench.Requests.Count(r => r == "HEAD blobs"), Is.InRange(1, others));
    }

    [Test]
    public async Task What_was_imported_from_the_repository_is_not_asked_for_under_another_tag()
    {
        await using var bench = await Bench.StartAsync();
        await bench.ExportAsync(await bench.FixtureAsync(), "main");
        var graph = await bench.ImportAsync("main");

        var report = await bench.ExportAsync(graph, "other");

        Assert.That(report.Places[0].Layers, Is.Not.Empty.And.All.Matches<ExportedLayer>(l => l.IsReliedOn));
        Assert.That(bench.Requests.Count(r => r == "HEAD blobs"), Is.EqualTo(1), "the config");
        Assert.That((await bench.ImportAsync("other")).Records, Has.Length.EqualTo(graph.Records.Length));
    }

    [Test]
    public async Task A_registry_that_has_lost_a_blob_and_refuses_the_manifest_gets_the_blob_again()
    {
        await using var bench = await Bench.StartAsync();
        var graph = await bench.FixtureAsync();
        await bench.ExportAsync(GraphOf(graph, 2), "main");
        var lost = (await bench.ImportAsync("main")).Records.SelectMany(r => r.Results).First(r => r.Chain is not null).Chain!.Top.Digest;
        Assert.That(bench.Registry.Repository(Repository).RemoveBlob(lost.ToString()));

        var report = await bench.ExportAsync(graph, "main");

        Assert.That(report.Error, Is.Null);
        Assert.That(bench.Registry.Repository(Repository).Blobs, Does.ContainKey(lost.ToString()));
    }

    [Test]
    public async Task Every_blob_is_asked_for_and_sent_again_where_the_option_says_so()
    {
        await using var bench = await Bench.StartAsync();
        var graph = await bench.FixtureAsync();
        var first = await bench.ExportAsync(graph, "main");
        var lost = first.Places[0].Layers[0].After.Digest;
        Assert.That(bench.Registry.Repository(Repository).RemoveBlob(lost.ToString()));

        var report = await bench.ExportAsync(graph, "main", new() { ChecksEveryBlob = true });

        Assert.That(report.IsUnchanged, Is.False);
        Assert.That(report.Places[0].Layers, Has.All.Matches<ExportedLayer>(l => !l.IsReliedOn));
        Assert.That(bench.Registry.Repository(Repository).Blobs, Does.ContainKey(lost.ToString()));
    }

    [Test]
    public async Task A_directory_is_asked_for_every_blob()
    {
        await using var bench = await Bench.StartAsync();
        var graph = await bench.FixtureAsync();
        var directory = Directory.CreateTempSubdirectory("registry-cache-known-");
        try
        {
            var target = $"type=local,dest={directory.FullName},mode=max";
            var first = await bench.Cache.CreateExporter(target).ExportAsync(graph);
            var lost = first.Places[0].Layers[0].After.Digest;
            File.Delete(Path.Combine(directory.FullName, "blobs", "sha256", lost.Hex));

            var report = await bench.Cache.CreateExporter(target).ExportAsync(graph);

            Assert.That(report.Places[0].Layers.Single(l => l.After.Digest == lost).BytesSent, Is.Positive);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Only the first steps with layers.</summary>
    private static CacheGraph GraphOf(CacheGraph graph, int results)
    {
        var builder = new CacheGraphBuilder();
        foreach (var record in graph.Records.Where(r => r.Results.Any(x => x.Chain is not null)).OrderBy(r => r.Results.Max(x => x.Chain?.Length ?? 0)).Take(results))
            builder.AddSource(record.Digest.ToString(), record.Results[0]);
        return builder.Build();
    }

    private sealed class Bench(TestRegistry registry, BuildCache cache) : IAsyncDisposable
    {
        public TestRegistry Registry => registry;

        public BuildCache Cache => cache;

        /// <summary>The method and the kind of each request since the last export began, without the greeting.</summary>
        public List<string> Requests => [.. registry.Requests.Skip(_seen).Select(r => $"{r.Method} {r.Target.Split('/')[^2]}")];

        private int _seen;

        public static async Task<Bench> StartAsync() =>
            new(await TestRegistry.StartAsync(), new BuildCacheBuilder().UseOci().UseCompression().Build());

        public async Task<CacheGraph> FixtureAsync() =>
            (await cache.CreateImporter($"type=local,src={FixtureLayout.Open("max-gzip").Directory}").ImportAsync()).Graph;

        public async Task<CacheGraph> ImportAsync(string tag) => (await cache.CreateImporter(Ref(tag)).ImportAsync()).Graph;

        public Task<CacheExportReport> ExportAsync(CacheGraph graph, string tag, CacheExportOptions? options = null)
        {
            _seen = registry.Requests.Count;
            return cache.CreateExporter(Ref(tag) + ",mode=max", options).ExportAsync(graph);
        }

        public async ValueTask DisposeAsync()
        {
            await cache.DisposeAsync();
            await registry.DisposeAsync();
        }

        private string Ref(string tag) => $"type=registry,ref={registry.Host}/{Repository}:{tag},registry.insecure=true";
    }
}
