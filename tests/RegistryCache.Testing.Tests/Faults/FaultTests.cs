using Microsoft.Extensions.Time.Testing;

namespace RegistryCache.Testing.Tests.Faults;

/// <summary>What each fault does to a plain client.</summary>
internal sealed class FaultTests : RegistryFixture
{
    private const string Ping = "/v2/";
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    protected override TestRegistryOptions Options() => new() { TimeProvider = _clock };

    [Test]
    public async Task A_fault_meets_the_requests_that_it_was_made_for()
    {
        Registry.Faults.Add("GET", RequestKind.Ping, RegistryFault.Status(503), occurrence: 2, count: 2);

        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
            statuses.Add((int)(await SendAsync("GET", Ping)).StatusCode);

        Assert.That(statuses, Is.EqualTo(new[] { 200, 503, 503, 200 }));
        Assert.That(Registry.Requests.Select(static r => r.Status), Is.EqualTo(statuses));
        Assert.That(Registry.Faults.Met, Is.EqualTo(2));
    }

    [Test]
    public async Task A_rate_limit_says_when_to_come_back()
    {
        Registry.Faults.Add("*", RequestKind.Any, RegistryFault.RateLimit(7));
        var limited = await SendAsync("GET", Ping);
        Registry.Faults.Add("*", RequestKind.Any, RegistryFault.RetryAt(503, 60));
        var busy = await SendAsync("GET", Ping);

        Assert.That(((int)limited.StatusCode, limited.Header("Retry-After"), await limited.CodeAsync()), Is.EqualTo((429, "7", "TOOMANYREQUESTS")));
        Assert.That(((int)busy.StatusCode, busy.Headers.RetryAfter!.Date), Is.EqualTo((503, (DateTimeOffset?)_clock.GetUtcNow().AddMinutes(1))));
    }

    [Test]
    public void A_cut_and_a_lost_answer_break_the_connection([Values] bool afterWork)
    {
        Registry.Faults.Add("GET", RequestKind.Ping, afterWork ? RegistryFault.LostAnswer() : RegistryFault.Cut());

        Assert.That(() => SendAsync("GET", Ping), Throws.TypeOf<HttpRequestException>());
    }

    [Test]
    public async Task A_body_is_cut_corrupt_or_shorter()
    {
        var bytes = Wire.Bytes(1000);
        var target = $"/v2/a/b/blobs/{Registry.Repository("a/b").PutBlob(bytes)}";
        Registry.Faults.Add("GET", RequestKind.Blob, RegistryFault.CutAnswer(100));
        Registry.Faults.Add("GET", RequestKind.Blob, RegistryFault.Corrupt(5), occurrence: 2);
        Registry.Faults.Add("GET", RequestKind.Blob, RegistryFault.Shorter(1), occurrence: 3);
        Registry.Faults.Add("GET", RequestKind.Blob, RegistryFault.Longer(1), occurrence: 4);

        Assert.That(() => Client.GetByteArrayAsync(new Uri(target, UriKind.Relative)), Throws.TypeOf<HttpRequestException>());
        var corrupt = await Client.GetByteArrayAsync(new Uri(target, UriKind.Relative));
        Assert.That(corrupt.Index().Where(b => b.Item != bytes[b.Index]).Select(static b => b.Index), Is.EqualTo(new[] { 5 }));
        Assert.That(await Client.GetByteArrayAsync(new Uri(target, UriKind.Relative)), Is.EqualTo(bytes[..^1]));
        Assert.That(() => Client.GetByteArrayAsync(new Uri(target, UriKind.Relative)), Throws.TypeOf<HttpRequestException>());
        Assert.That(Registry.Requests.Select(static r => r.BytesSent), Is.EqualTo(new[] { 100L, 1000, 999, 1000 }));
    }

    [Test]
    public async Task A_request_that_is_cut_leaves_what_came_before()
    {
        var location = await Client.StartAsync("a/b");
        Registry.Faults.Add("PATCH", RequestKind.Upload, RegistryFault.CutRequest(400));

        Assert.That(() => SendAsync("PATCH", location, Wire.Bytes(200_000), "application/octet-stream"), Throws.TypeOf<HttpRequestException>());

        var status = await SendAsync("GET", location);
        Assert.That(status.Header("Range"), Is.EqualTo("0-399"));
        Assert.That(Registry.BytesReceived, Is.EqualTo(400));
    }

    [Test]
    public async Task A_stall_lasts_until_the_client_gives_up()
    {
        var met = new TaskCompletionSource();
        Registry.Faults.Add("GET", RequestKind.Ping, RegistryFault.Stall(met.SetResult));
        using var patience = new CancellationTokenSource();

        var stalled = Client.GetAsync(new Uri(Ping, UriKind.Relative), patience.Token);
        await met.Task;
        await patience.CancelAsync();

        Assert.That(async () => await stalled, Throws.InstanceOf<OperationCanceledException>());
        Assert.That((int)(await SendAsync("GET", Ping)).StatusCode, Is.EqualTo(200));
    }

    [Test]
    public async Task A_delay_ends_by_the_clock_of_the_registry()
    {
        Registry.Faults.Add("GET", RequestKind.Ping, RegistryFault.Late(TimeSpan.FromHours(1)));

        var late = SendAsync("GET", Ping);
        while (Registry.Faults.Met == 0)
            await Task.Yield();
        for (; !late.IsCompleted; await Task.Yield())
            _clock.Advance(TimeSpan.FromHours(1));

        Assert.That((int)(await late).StatusCode, Is.EqualTo(200));
    }

    [Test]
    public async Task A_test_can_answer_by_itself_or_change_the_answer()
    {
        Registry.Faults.Add("GET", RequestKind.Ping, new RegistryFault("teapot") { Instead = static request => RegistryAnswer.Error(418, "DENIED", request.Path) });
        Registry.Faults.Add("GET", RequestKind.Ping, new RegistryFault("moved") { Change = static (_, answer) => answer with { Body = "[]"u8.ToArray() } }, occurrence: 2);

        Assert.That((int)(await SendAsync("GET", Ping)).StatusCode, Is.EqualTo(418));
        Assert.That(await (await SendAsync("GET", Ping)).Content.ReadAsStringAsync(), Is.EqualTo("[]"));
    }

    [Test]
    public async Task A_redirect_away_shows_a_credential_that_goes_along()
    {
        Registry.Faults.Add("GET", RequestKind.Blob, RegistryFault.RedirectAway());
        var target = $"/v2/a/b/blobs/{Registry.Repository("a/b").PutBlob(new byte[] { 1 })}";

        var away = (await SendAsync("GET", target)).Header("Location");
        var clean = await SendAsync("GET", away);
        var naive = await SendAsync("GET", away, null, null, ("Authorization", "Basic eDp5"));

        Assert.That(((int)clean.StatusCode, (int)naive.StatusCode), Is.EqualTo((200, 400)));
        Assert.That(Registry.Leaks, Has.Exactly(1).Contains("authorization on GET /store/a/b/"));
        Assert.That(Registry.Requests.Where(static r => r.HasCredential).Select(static r => r.Host), Is.All.EqualTo(Registry.StorageHost));
    }

    [Test]
    public void Numbers_that_make_no_sense_are_refused([Values(0, -1)] int number)
    {
        Assert.That(() => Registry.Faults.Add("*", RequestKind.Any, RegistryFault.Cut(), occurrence: number), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => Registry.Faults.Add("*", RequestKind.Any, RegistryFault.Cut(), count: number), Throws.InstanceOf<ArgumentException>());
    }
}
