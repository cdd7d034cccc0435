using Microsoft.Extensions.Time.Testing;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Tests.Http;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RetryScheduleTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly RetryPolicy _policy = new RegistryClientOptions().Retry with { MaxAttempts = 100, Budget = TimeSpan.FromDays(1) };

    [Test]
    public void Waits_double_up_to_the_longest_and_jitter_takes_at_most_a_half()
    {
        var schedule = new RetrySchedule(_policy, _clock, new Random(7));
        foreach (var full in new[] { 0.5, 1, 2, 4, 8, 16, 20, 20 })
            Assert.That(schedule.Fail(null)!.Value.TotalSeconds, Is.InRange(full / 2, full));
    }

    [Test]
    public void The_same_seed_gives_the_same_waits()
    {
        var first = new RetrySchedule(_policy, _clock, new Random(7));
        var second = new RetrySchedule(_policy, _clock, new Random(7));

        for (var i = 0; i < 10; i++)
            Assert.That(first.Fail(null), Is.EqualTo(second.Fail(null)));
    }

    [Test]
    public void What_the_registry_asks_for_is_waited_and_a_little_more_so_that_clients_do_not_return_together()
    {
        var schedule = new RetrySchedule(_policy, _clock, new Random(7));

        Assert.That(schedule.Fail(TimeSpan.FromSeconds(30))!.Value.TotalSeconds, Is.InRange(30, 30.5));
    }

    [Test]
    public void The_budget_counts_from_the_first_failure()
    {
        var schedule = new RetrySchedule(_policy with { Budget = TimeSpan.FromSeconds(10) }, _clock, new Random(7));

        Assert.That(schedule.Fail(null), Is.Not.Null);
        _clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.That(schedule.Fail(null), Is.Null);
    }

    [Test]
    public void A_wish_beyond_the_budget_is_the_end_at_once() =>
        Assert.That(new RetrySchedule(new RegistryClientOptions().Retry, _clock, new Random(7)).Fail(TimeSpan.FromMinutes(3)), Is.Null);

    [Test]
    public void The_last_attempt_is_not_followed_by_a_wait()
    {
        var schedule = new RetrySchedule(_policy with { MaxAttempts = 3 }, _clock, new Random(7));

        Assert.That(new[] { schedule.Fail(null), schedule.Fail(null), schedule.Fail(null) }, Has.Exactly(1).Null);
    }

    [Test]
    public void Progress_begins_a_new_count()
    {
        var schedule = new RetrySchedule(_policy with { MaxAttempts = 2 }, _clock, new Random(7));
        for (var i = 0; i < 20; i++)
        {
            Assert.That(schedule.Fail(null), Is.Not.Null);
            schedule.Progress();
        }
    }
}
