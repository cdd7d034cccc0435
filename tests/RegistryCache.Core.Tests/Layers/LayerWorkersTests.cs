using RegistryCache.Core.Layers;

namespace RegistryCache.Core.Tests.Layers;

[TestFixture]
public sealed class LayerWorkersTests
{
    [Test]
    public async Task No_more_pieces_than_workers_run_at_once()
    {
        using var workers = new LayerWorkers(3);
        var (running, peak) = (0, 0);
        using var release = new SemaphoreSlim(0);
        var pieces = Enumerable.Range(0, 20).Select(_ => workers.RunAsync(
            () =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref peak, now);
                release.Wait();
                return Interlocked.Decrement(ref running);
            },
            CancellationToken.None)).ToList();

        release.Release(20);
        await Task.WhenAll(pieces);

        Assert.That(peak, Is.InRange(1, 3));
    }

    [Test]
    public void Work_that_fails_frees_its_worker()
    {
        using var workers = new LayerWorkers(1);

        Assert.That(() => workers.RunAsync<int>(() => throw new InvalidOperationException(), CancellationToken.None), Throws.InvalidOperationException);
        Assert.That(async () => await workers.RunAsync(() => 5, CancellationToken.None), Is.EqualTo(5));
    }

    [Test]
    public void There_must_be_a_worker() => Assert.That(() => new LayerWorkers(0), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
            // Another thread was faster; look again.
        }
    }
}
