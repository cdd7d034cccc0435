using RegistryCache.Fixtures;
using RegistryCache.Testing;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Downloads;

[Category("Integration")]
public sealed class WideningTests
{
    private const int Segment = 64 << 10;

    [Test]
    public async Task A_slow_connection_gets_company_and_the_bytes_stay_right()
    {
        await using var registry = await TestRegistry.StartAsync();

        var ranges = await PullAsync(registry, new SteppingClock(TimeSpan.FromMilliseconds(100)), 3_000_001);

        // One asks whether ranges work. The others read segments.
        Assert.That(ranges, Has.Count.GreaterThan(10));
        Assert.That(ranges[0], Does.Match("^bytes=([0-9]+)-\\1$"));
    }

    [Test]
    public async Task A_fast_connection_stays_alone()
    {
        await using var registry = await TestRegistry.StartAsync();

        Assert.That(await PullAsync(registry, new SteppingClock(TimeSpan.Zero), 3_000_001), Is.Empty);
    }

    [Test]
    public async Task The_last_few_segments_are_not_worth_further_connections()
    {
        await using var registry = await TestRegistry.StartAsync();

        Assert.That(await PullAsync(registry, new SteppingClock(TimeSpan.FromMilliseconds(100)), 3 * Segment), Is.Empty);
    }

    [Test]
    public async Task A_registry_without_ranges_is_asked_once_and_sends_the_blob_once()
    {
        await using var registry = await TestRegistry.StartAsync(new() { Quirks = new() { IgnoresRanges = true } });

        Assert.That(await PullAsync(registry, new SteppingClock(TimeSpan.FromMilliseconds(100)), 3_000_001), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_registry_that_fails_on_a_range_is_asked_once_and_sends_the_blob_once()
    {
        await using var registry = await TestRegistry.StartAsync(new() { Quirks = new() { RefusesRanges = true } });

        Assert.That(await PullAsync(registry, new SteppingClock(TimeSpan.FromMilliseconds(100)), 3_000_001), Has.Count.EqualTo(1));
    }

    /// <summary>Pulls a blob and checks it. Returns the ranges that were asked for.</summary>
    private static async Task<List<string>> PullAsync(TestRegistry registry, TimeProvider clock, int length)
    {
        var options = new RegistryClientOptions { TimeProvider = clock };
        options = options with { ParallelRanges = 4, ParallelRangeBytes = Segment };
        await using var client = new RegistryClient(options);
        var store = client.OpenRepository(registry.Host, "a/widened");
        var blob = TestBlob.Create(length);
        await store.PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None);

        await using var stream = await store.OpenBlobAsync(blob.Descriptor, CancellationToken.None);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read, 20_000);

        Assert.That(read.ToArray(), Same.BytesAs(blob.Bytes));
        Assert.That(registry.Violations, Is.Empty);
        return [.. registry.Requests.Where(r => r.Method == "GET").Select(r => r.Headers.GetValueOrDefault("Range")).OfType<string>()];
    }

    /// <summary>Real timers, and a timestamp that moves with each look, so that each read seems to take one step.</summary>
    private sealed class SteppingClock(TimeSpan step) : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Increment(ref _looks) * step.Ticks;
    }
}
