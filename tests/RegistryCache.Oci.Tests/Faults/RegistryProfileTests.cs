using RegistryCache.Fixtures.Content;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Faults;

/// <summary>The known behaviours of public registries: the default options work on each, and so do chunks.</summary>
[TestFixtureSource(nameof(Names))]
[Category("Integration")]
public sealed class RegistryProfileTests(string name)
{
    private readonly RecordedLog _log = new();
    private FaultBench _bench = null!;

    public static IEnumerable<string> Names => PublicRegistries.All.Keys;

    [OneTimeSetUp]
    public async Task StartAsync() => _bench = await FaultBench.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _bench.DisposeAsync();

    [TearDown]
    public void Nothing_leaked_and_nothing_was_against_the_specification()
    {
        Assert.That(_bench.Registry.Leaks, Is.Empty);
        Assert.That(_bench.Registry.Violations, Is.Empty);
        Assert.That(_log.Text, Does.Not.Contain(TestRegistry.SecretMark));
    }

    [TestCase(FaultOperation.Export)]
    [TestCase(FaultOperation.Import)]
    [TestCase(FaultOperation.Copy)]
    [TestCase(FaultOperation.PushWhole)]
    [TestCase(FaultOperation.PushChunks)]
    [TestCase(FaultOperation.PullRanges)]
    public async Task Every_operation_works(FaultOperation operation)
    {
        var clock = FaultBench.NewClock();
        _bench.Prepare(PublicRegistries.All[name], clock);

        Assert.That(await _bench.RunAsync(operation, clock, _log, CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task A_refused_index_comes_with_the_way_out()
    {
        var clock = FaultBench.NewClock();
        _bench.Prepare(PublicRegistries.All[name], clock);

        var error = await _bench.ExportIndexAsync(clock, _log);

        if (PublicRegistries.All[name].Quirks.CacheIndexStatus is null)
            Assert.That(error, Is.Null);
        else
            Assert.That(((RegistryResponseException)error!).Hint, Does.Contain("image-manifest=true"));
    }

    [Test]
    public async Task A_missing_repository_is_named_as_such()
    {
        var clock = FaultBench.NewClock();
        _bench.Prepare(PublicRegistries.All[name], clock);
        await using var client = new RegistryClient(FaultBench.Configure(new RegistryClientOptions(), _bench.Registry.Host, clock, _log));
        var store = client.OpenRepository(_bench.Registry.Host, "not/created");

        if (!PublicRegistries.All[name].Quirks.RepositoriesMustExist)
        {
            Assert.That((await store.PushBlobAsync(_bench.Chunked.Descriptor, _bench.Chunked.Source, null, CancellationToken.None)).BytesSent, Is.GreaterThan(0));
            return;
        }

        var error = Assert.ThrowsAsync<RegistryResponseException>(() => store.PushBlobAsync(_bench.Chunked.Descriptor, _bench.Chunked.Source, null, CancellationToken.None));
        Assert.That(error!.Hint, Does.Contain("create the repository"));
        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryResponse));
    }
}
