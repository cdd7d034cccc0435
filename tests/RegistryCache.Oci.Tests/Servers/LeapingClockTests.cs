using RegistryCache.Fixtures.Content;

namespace RegistryCache.Oci.Tests.Servers;

/// <summary>The clock of the tests with faulty servers: it jumps ahead only while nothing else is running.</summary>
[NonParallelizable]
public sealed class LeapingClockTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    [Test]
    public async Task Where_nothing_moves_an_hour_is_over_at_once()
    {
        var clock = new LeapingClock();
        var start = clock.GetUtcNow();

        await Task.Delay(TimeSpan.FromHours(1), clock).WaitAsync(Bound);

        Assert.That(clock.GetUtcNow() - start, Is.GreaterThanOrEqualTo(TimeSpan.FromHours(1)).And.LessThan(TimeSpan.FromHours(1) + Bound));
    }

    [Test]
    [Category("Slow")]
    public async Task While_something_works_no_limit_is_met()
    {
        var clock = new LeapingClock();
        using var over = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var work = Task.Run(() =>
        {
            begun.Set();
            over.Wait();
        });
        begun.Wait();
        var limit = Task.Delay(TimeSpan.FromHours(1), clock);

        Assert.That(SpinWait.SpinUntil(() => clock.Looks > 300, Bound), "the clock looks");
        Assert.That(limit.IsCompleted, Is.False);
        over.Set();
        await work;
        await limit.WaitAsync(Bound);
    }

    // A loaded machine can keep that thread from a processor for long, while a request or its answer is there already.
    [Test]
    [Platform(Exclude = "Win", Reason = "The pool itself waits for the sockets there.")]
    [Category("Slow")]
    public async Task While_the_thread_of_the_sockets_is_held_up_no_limit_is_met()
    {
        var clock = new LeapingClock();
        using var over = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        using var held = new SocketProbe(() =>
        {
            begun.Set();
            over.Wait();
        });
        held.Send();
        begun.Wait();
        var limit = Task.Delay(TimeSpan.FromHours(1), clock);

        Assert.That(SpinWait.SpinUntil(() => limit.IsCompleted || clock.Looks > 300, Bound), "the clock looks");
        Assert.That(limit.IsCompleted, Is.False);
        over.Set();
        await limit.WaitAsync(Bound);
    }

    [Test]
    [Category("Slow")]
    public async Task While_the_test_itself_works_no_limit_is_met()
    {
        var clock = new LeapingClock();
        var limit = Task.Delay(TimeSpan.FromHours(1), clock);

        var looks = clock.Looks + 300;
        var end = Environment.TickCount64 + (long)Bound.TotalMilliseconds;
        while (clock.Looks < looks && Environment.TickCount64 < end)
            Thread.SpinWait(100);

        Assert.That(clock.Looks, Is.GreaterThanOrEqualTo(looks));
        Assert.That(limit.IsCompleted, Is.False);
        await limit.WaitAsync(Bound);
    }

    [Test]
    public async Task Timers_end_in_the_order_of_their_time()
    {
        var clock = new LeapingClock();
        var order = new List<int>();
        async Task WaitAsync(int hours)
        {
            await Task.Delay(TimeSpan.FromHours(hours), clock);
            lock (order)
                order.Add(hours);
        }

        await Task.WhenAll(WaitAsync(3), WaitAsync(1), WaitAsync(2)).WaitAsync(Bound);

        Assert.That(order, Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task A_timer_that_was_ended_does_not_fire_and_one_with_a_period_goes_on()
    {
        var clock = new LeapingClock();
        var (ended, periodic) = (0, new SemaphoreSlim(0));
        await using (clock.CreateTimer(_ => Interlocked.Increment(ref ended), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan))
        {
        }

        await using var timer = clock.CreateTimer(_ => periodic.Release(), null, TimeSpan.FromHours(2), TimeSpan.FromHours(2));
        for (var i = 0; i < 3; i++)
            Assert.That(await periodic.WaitAsync(Bound));

        Assert.That(ended, Is.Zero);
    }
}
