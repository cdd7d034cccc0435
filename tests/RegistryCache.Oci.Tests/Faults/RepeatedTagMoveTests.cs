using RegistryCache.Fixtures;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Faults;

/// <summary>A writer whose request to move a tag is repeated does not replace what another writer has finished meanwhile.</summary>
[Category("Integration")]
public sealed class RepeatedTagMoveTests
{
    private const string Repository = "a/b";

    private TestRegistry _registry = null!;
    private BuildCache _cache = null!;
    private CacheGraph _ours = null!;
    private CacheGraph _theirs = null!;
    private CacheTarget _target = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _registry = await TestRegistry.StartAsync();
        _cache = Cache();
        _ours = await LocalAsync("max-gzip");
        _theirs = await LocalAsync("branch-zz");
        _target = CacheTarget.Parse($"type=registry,ref={_registry.Host}/{Repository}:main,registry.insecure=true,mode=max");
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _cache.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [TestCase(503, false, TestName = "After_a_refusal")]
    [TestCase(502, false, TestName = "After_a_failure_of_a_proxy")]
    [TestCase(503, true, TestName = "After_a_lost_answer")]
    public async Task Nothing_of_either_writer_is_lost(int status, bool hasMoved)
    {
        var other = new RegistryFault("another writer finishes")
        {
            Instead = hasMoved ? null : _ => Finish(RegistryAnswer.Error(status, "UNAVAILABLE").With("Retry-After", "1")),
            Change = hasMoved ? (_, answer) => Finish(answer with { Status = status }) : null,
        };
        _registry.Faults.Add("PUT", RequestKind.Manifest, other);

        await Exporter(_cache).ExportAsync(_ours);

        await AssertHoldsAsync(_ours, _theirs);
    }

    [Test]
    public async Task A_move_whose_answer_was_lost_is_not_sent_again()
    {
        _registry.Faults.Add("PUT", RequestKind.Manifest, RegistryFault.LostAnswer());

        var report = await Exporter(_cache).ExportAsync(_ours);

        Assert.That(_registry.Requests.Count(static r => r is { Method: "PUT", Kind: RequestKind.Manifest }), Is.EqualTo(1));
        Assert.That(_registry.Repository(Repository).Tags["main"], Is.EqualTo(report.Manifest!.Digest.ToString()));
    }

    /// <summary>The other writer is a whole process of its own: it begins after our request came, and is done before our answer.</summary>
    private RegistryAnswer Finish(RegistryAnswer answer)
    {
        Task.Run(async () =>
        {
            await using var cache = Cache();
            await Exporter(cache).ExportAsync(_theirs);
        }).GetAwaiter().GetResult();
        return answer;
    }

    private static BuildCache Cache() => new BuildCacheBuilder()
        .UseOci(static options => options with { RetryDelay = TimeSpan.FromMilliseconds(10) }).UseCompression().Build();

    private async Task<CacheGraph> LocalAsync(string fixture) =>
        (await _cache.CreateImporter($"type=local,src={FixtureLayout.Open(fixture).Directory}").ImportAsync()).Graph;

    private ICacheExporter Exporter(BuildCache cache) =>
        cache.CreateExporter(_target, new CacheExportOptions { MergeWithExisting = true, MergeSettleTime = TimeSpan.Zero });

    private async Task AssertHoldsAsync(params CacheGraph[] graphs)
    {
        var import = await _cache.CreateImporter($"type=registry,ref={_registry.Host}/{Repository}:main,registry.insecure=true").ImportAsync();
        var layers = Layers(import.Graph);
        foreach (var graph in graphs)
            Assert.That(layers, Is.SupersetOf(Layers(graph)));
    }

    private static IEnumerable<Digest> Layers(CacheGraph graph) =>
        graph.CollectChains().SelectMany(static chain => chain.ToLayers()).Select(static layer => layer.Digest).Distinct();
}
