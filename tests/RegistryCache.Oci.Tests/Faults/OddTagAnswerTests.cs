using RegistryCache.Fixtures;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Faults;

/// <summary>One odd answer about a tag decides neither what an export may replace nor whether it has succeeded.</summary>
[Category("Integration")]
public sealed class OddTagAnswerTests
{
    private const string Repository = "a/b";

    private TestRegistry _registry = null!;
    private BuildCache _cache = null!;
    private CacheGraph _old = null!;
    private CacheGraph _graph = null!;
    private CacheTarget _target = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _registry = await TestRegistry.StartAsync();
        _cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
        _graph = await LocalAsync("max-gzip");
        _old = await LocalAsync("branch-zz");
        _target = CacheTarget.Parse($"type=registry,ref={_registry.Host}/{Repository}:main,registry.insecure=true,mode=max");
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _cache.DisposeAsync();
        await _registry.DisposeAsync();
    }

    private static IEnumerable<RegistryFault> Odd() => [RegistryFault.Corrupt(0), RegistryFault.Shorter(1 << 20), Odd404(), OddJson()];

    [TestCaseSource(nameof(Odd))]
    public async Task A_merge_loses_nothing_by_one_odd_manifest(RegistryFault fault)
    {
        await Exporter().ExportAsync(_old);
        _registry.Faults.Add("GET", RequestKind.Manifest, fault);

        var report = await Exporter(merge: true).ExportAsync(_graph);

        Assert.That(report.Warnings, Is.Empty);
        await AssertHoldsAsync(_old, _graph);
    }

    [Test]
    public async Task A_merge_loses_nothing_by_one_odd_config([Values(404, 200)] int status)
    {
        await Exporter().ExportAsync(_old);
        _registry.Faults.Add("GET", RequestKind.Blob, status == 404 ? Odd404() : RegistryFault.Corrupt(0));

        var report = await Exporter(merge: true).ExportAsync(_graph);

        Assert.That(report.Warnings, Is.Empty);
        await AssertHoldsAsync(_old, _graph);
    }

    [Test]
    public async Task A_tag_that_was_mended_is_believed_although_one_answer_about_it_is_odd([Values] bool merge)
    {
        var first = await Exporter().ExportAsync(_old);
        _registry.Repository(Repository).RemoveBlob(first.Config!.Digest.ToString());
        _registry.Faults.Add("PUT", RequestKind.Manifest, new RegistryFault("the next GET is odd")
        {
            Change = (_, answer) =>
            {
                _registry.Faults.Add("GET", RequestKind.Manifest, RegistryFault.Corrupt(0));
                return answer;
            },
        });

        var report = await Exporter(merge).ExportAsync(_graph);

        Assert.That(report.Warnings.Single(), Does.Contain("could not be read and was replaced"));
        await AssertHoldsAsync(_graph);
    }

    [Test]
    public async Task A_tag_that_can_never_be_read_is_an_error_that_says_what_is_wrong_with_it([Values] bool merge)
    {
        await Exporter().ExportAsync(_old);
        _registry.Faults.Add("GET", RequestKind.Manifest, RegistryFault.Shorter(1 << 20), count: 100);

        var error = Assert.ThrowsAsync<RegistryCacheException>(() => Exporter(merge).ExportAsync(_graph))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.DigestMismatch));
        Assert.That(error.InnerException, Is.TypeOf<ContentMismatchException>());
        Assert.That(error.Message, Does.Contain($"main in {_registry.Host}/{Repository}").And.Contains("still cannot be read"));
    }

    private static RegistryFault Odd404() => RegistryFault.Status(404, code: "MANIFEST_UNKNOWN");

    private static RegistryFault OddJson() => new("JSON of another kind") { Instead = static _ => RegistryAnswer.Of(200, "{\"ok\":false}"u8.ToArray(), "application/json") };

    private async Task<CacheGraph> LocalAsync(string fixture) =>
        (await _cache.CreateImporter($"type=local,src={FixtureLayout.Open(fixture).Directory}").ImportAsync()).Graph;

    private ICacheExporter Exporter(bool merge = false) =>
        _cache.CreateExporter(_target, new CacheExportOptions { MergeWithExisting = merge, MergeSettleTime = TimeSpan.Zero });

    private async Task AssertHoldsAsync(params CacheGraph[] graphs)
    {
        var import = await _cache.CreateImporter($"type=registry,ref={_registry.Host}/{Repository}:main,registry.insecure=true").ImportAsync();
        Assert.That(import.Sources[0].Error, Is.Null);
        var layers = Layers(import.Graph);
        foreach (var graph in graphs)
            Assert.That(layers, Is.SupersetOf(Layers(graph)));
    }

    private static IEnumerable<Digest> Layers(CacheGraph graph) => graph.CollectChains().SelectMany(static chain => chain.ToLayers()).Select(static layer => layer.Digest).Distinct();
}
