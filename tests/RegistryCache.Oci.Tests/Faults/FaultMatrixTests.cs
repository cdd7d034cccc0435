using RegistryCache.Fixtures.Content;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Faults;

/// <summary>
/// Every placement of every fault: the run succeeds or throws the right typed error within a time limit. It never returns wrong bytes,
/// tags incomplete content, sends a credential to a wrong place, hangs, or lets memory grow.
/// </summary>
[Category("Integration")]
public sealed class FaultMatrixTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private FaultBench _bench = null!;
    private string _expected = "";
    private long _memory;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _bench = await FaultBench.StartAsync();
        _bench.Prepare(new TestRegistryOptions(), TimeProvider.System);
        Assert.That(await _bench.RunAsync(FaultOperation.Export, TimeProvider.System, new RecordedLog(), CancellationToken.None), Is.Null);
        _expected = _bench.Registry.Repository(FaultBench.Target).Tags[FaultBench.Tag];
        _memory = GC.GetTotalMemory(forceFullCollection: true);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _bench.Registry.Reset();
        var grown = GC.GetTotalMemory(forceFullCollection: true) - _memory;
        await _bench.DisposeAsync();
        Assert.That(grown, Is.LessThan(48 << 20), "memory grew over the runs");
    }

    [TestCaseSource(nameof(Placements))]
    public async Task A_run_survives_or_names_what_is_wrong(FaultPlacement placement)
    {
        var clock = FaultBench.NewClock();
        var log = new RecordedLog();
        var old = _bench.Prepare(placement.Registry, clock);
        var registry = _bench.Registry;
        registry.Faults.Add(placement.Method, placement.Kind, placement.Fault, placement.Occurrence, placement.Count);

        using var limit = new CancellationTokenSource(Bound);
        var error = await _bench.RunAsync(placement.Operation, clock, log, limit.Token).WaitAsync(Bound + TimeSpan.FromSeconds(5), CancellationToken.None);

        Assert.That(registry.Faults.Met, Is.GreaterThan(0), "the fault was never met");
        if (error is null)
            Assert.That(placement.MaySucceed, Is.True, "the run succeeded");
        else
            Assert.That(placement.Errors, Does.Contain(((RegistryCacheException)error).Code), error.ToString());
        FaultVerdict.AssertTag(_bench, placement.Operation, error is null, old, _expected);
        FaultVerdict.AssertSecrets(_bench, log, error);
        var asked = registry.Requests.Count(request => request.Method == placement.Method && request.Kind == placement.Kind);
        Assert.That(asked, Is.LessThanOrEqualTo(placement.MostRequests ?? int.MaxValue), "it asked again");
    }

    private static IEnumerable<TestCaseData> Placements()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var placement in FaultMatrix.All())
        {
            var name = placement.ToString();
            for (var i = 2; !names.Add(name); i++)
                name = $"{placement} ({i})";
            yield return new TestCaseData(placement).SetName(name.Replace('.', ' ').Replace('"', ' '));
        }
    }
}
