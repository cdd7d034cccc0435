using Microsoft.Extensions.Time.Testing;

namespace RegistryCache.Testing.Tests.Clock;

/// <summary>Everything that takes time follows the clock of the options. Tokens are in AuthenticationTests, delays in FaultTests.</summary>
internal sealed class ClockTests : RegistryFixture
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    protected override TestRegistryOptions Options() => new()
    {
        TimeProvider = _clock,
        Quirks = new() { PullLimit = 1, UploadLifetime = TimeSpan.FromHours(1) },
    };

    [Test]
    public async Task A_rate_limit_starts_again_when_its_window_is_over()
    {
        await Client.PushImageAsync("a/b", "v1");
        var statuses = new List<int>();
        foreach (var hours in new[] { 0, 0, 5, 1 })
        {
            _clock.Advance(TimeSpan.FromHours(hours));
            statuses.Add((int)(await SendAsync("GET", "/v2/a/b/manifests/v1")).StatusCode);
        }

        Assert.That(statuses, Is.EqualTo(new[] { 200, 429, 429, 200 }));
    }

    [Test]
    public async Task An_upload_is_forgotten_when_it_waits_for_too_long_and_every_step_counts()
    {
        var location = await Client.StartAsync("a/b");
        _clock.Advance(TimeSpan.FromMinutes(59));
        var patch = await SendAsync("PATCH", location, [1, 2, 3]);
        location = patch.Header("Location");
        _clock.Advance(TimeSpan.FromMinutes(59));
        var status = await SendAsync("GET", location);
        _clock.Advance(TimeSpan.FromMinutes(60));
        var late = await SendAsync("PATCH", location, [4]);

        Assert.That(new[] { (int)patch.StatusCode, (int)status.StatusCode, (int)late.StatusCode }, Is.EqualTo(new[] { 202, 204, 404 }));
        Assert.That(await late.CodeAsync(), Is.EqualTo("BLOB_UPLOAD_UNKNOWN"));
        Assert.That(Registry.OpenUploads, Is.Zero);
    }

    [Test]
    public async Task Answers_are_dated_by_the_clock()
    {
        _clock.Advance(TimeSpan.FromDays(1));

        Assert.That((await SendAsync("GET", "/v2/")).Header("Date"), Is.EqualTo(_clock.GetUtcNow().ToString("R")));
    }
}
