using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Content;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Faults;

/// <summary>
/// The fault matrix at random: any operation, any registry, one fault or two, at any byte. <see cref="FuzzRun"/> makes it longer.
/// </summary>
[Category("Integration")]
public sealed class RandomFaultTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    // The allowed errors of a transfer. Others would blame the caller or explain nothing.
    private static readonly RegistryCacheErrorCode[] Sensible =
    [
        RegistryCacheErrorCode.InvalidManifest, RegistryCacheErrorCode.InvalidCacheConfig, RegistryCacheErrorCode.SizeMismatch, RegistryCacheErrorCode.DigestMismatch,
        RegistryCacheErrorCode.ContentNotFound, RegistryCacheErrorCode.LimitExceeded, RegistryCacheErrorCode.RegistryResponse, RegistryCacheErrorCode.RegistryUnreachable,
        RegistryCacheErrorCode.RegistryUnauthorized, RegistryCacheErrorCode.RegistryProtocol, RegistryCacheErrorCode.TransferStalled, RegistryCacheErrorCode.TagNotCache,
    ];

    private FaultBench _bench = null!;
    private string _expected = "";

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _bench = await FaultBench.StartAsync();
        _bench.Prepare(new TestRegistryOptions(), TimeProvider.System);
        Assert.That(await _bench.RunAsync(FaultOperation.Export, TimeProvider.System, new RecordedLog(), CancellationToken.None), Is.Null);
        _expected = _bench.Registry.Repository(FaultBench.Target).Tags[FaultBench.Tag];
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _bench.DisposeAsync();

    [Test]
    public async Task Two_faults_that_pass_by_are_survived() =>
        await RunAsync(RandomFaults.Passing, static error => Assert.That(error, Is.Null));

    [Test]
    public async Task Whatever_two_faults_do_the_run_ends_in_success_or_in_an_error_that_names_it() =>
        await RunAsync(RandomFaults.Any, static error => Assert.That(error is null || Sensible.Contains(((RegistryCacheException)error).Code), Is.True, error?.ToString()));

    private async Task RunAsync(Func<FaultOperation, Random, RandomFault> draw, Action<Exception?> assertEnd)
    {
        var run = new FuzzRun(least: 30);
        var ends = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var (placed, met) = (0, 0);
        while (run.Next())
        {
            var operation = (FaultOperation)run.Random.Next(Enum.GetValues<FaultOperation>().Length);
            var options = RandomFaults.Registry(run.Random);
            RandomFault[] faults = [.. Enumerable.Range(0, run.Random.Next(4) == 0 ? 1 : 2).Select(_ => draw(operation, run.Random))];
            placed += faults.Length;
            try
            {
                var error = await RunOneAsync(operation, options, faults, assertEnd);
                var end = error is null ? "success" : $"{((RegistryCacheException)error).Code}";
                ends[end] = ends.GetValueOrDefault(end) + 1;
                met += _bench.Registry.Faults.Met > 0 ? 1 : 0;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {run.Seed}, round {run.Rounds}, {operation}, {options}: {string.Join(" and ", faults.Select(f => f.ToString()))}: {e}");
            }
        }

        await TestContext.Out.WriteLineAsync($"{run.Rounds} runs, {placed} faults placed, {met} runs met one; ends: {string.Join(", ", ends.Select(end => $"{end.Value} {end.Key}"))}");
        Assert.That(met, Is.GreaterThan(run.Rounds / 4));
    }

    private async Task<Exception?> RunOneAsync(FaultOperation operation, TestRegistryOptions options, RandomFault[] faults, Action<Exception?> assertEnd)
    {
        var clock = FaultBench.NewClock();
        using var log = new RecordedLog();
        var old = _bench.Prepare(options, clock);
        foreach (var fault in faults)
            _bench.Registry.Faults.Add("*", fault.Kind, fault.Fault, fault.Occurrence, fault.Count);

        using var limit = new CancellationTokenSource(Bound);
        var error = await _bench.RunAsync(operation, clock, log, limit.Token).WaitAsync(Bound + TimeSpan.FromSeconds(5), CancellationToken.None);

        assertEnd(error);
        FaultVerdict.AssertTag(_bench, operation, error is null, old, _expected);
        FaultVerdict.AssertSecrets(_bench, log, error);
        return error;
    }
}
