using System.Net;
using Microsoft.Extensions.Time.Testing;
using RegistryCache.Fixtures.Content;
using RegistryCache.Oci.Http;
using RegistryCache.Storage;

namespace RegistryCache.Oci.Tests.Http;

/// <summary>Retries, pauses and stalls on a clock that only the test moves.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TransportRetryTests : IDisposable
{
    private static readonly Digest Any = Digest.OfBytes("x"u8);
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly RecordedLog _log = new();

    public void Dispose() => _log.Dispose();

    [TestCase(400)]
    [TestCase(403)]
    [TestCase(404)]
    [TestCase(413)]
    public async Task What_will_not_change_is_not_asked_again(int status)
    {
        var handler = new ScriptedHandler(_ => new HttpResponseMessage((HttpStatusCode)status));
        await using var client = Client(handler);

        Assert.ThrowsAsync<RegistryResponseException>(() => client.OpenRepository("r.example", "a/b").DeleteManifestAsync(ManifestReference.ByTag("t"), CancellationToken.None)
            .ContinueWith(static task => task.IsCompletedSuccessfully && !task.Result ? throw NotThere() : task, TaskScheduler.Default).Unwrap());
        Assert.That(handler.Requests, Has.Count.EqualTo(1));
    }

    [TestCase("20")]
    [TestCase("Thu, 01 Jan 2026 00:00:20 GMT")]
    public async Task Both_forms_of_retry_after_are_waited_for(string value)
    {
        var start = _clock.GetUtcNow();
        DateTimeOffset? second = null;
        ScriptedHandler handler = null!;
        handler = new ScriptedHandler(_ =>
        {
            if (handler.Requests.Count == 1)
                return Answer(503, "Retry-After", value);
            second = _clock.GetUtcNow();
            return Sized(5);
        });
        await using var client = Client(handler);

        var size = await _clock.RunAsync(client.OpenRepository("r.example", "a/b").FindBlobAsync(Any, CancellationToken.None), TimeSpan.FromSeconds(1));

        Assert.That(size, Is.EqualTo(5));
        Assert.That((second!.Value - start).TotalSeconds, Is.InRange(20, 22));
        Assert.That(_log.Text, Does.Contain("5002 ").And.Contain("5003 "));
    }

    [Test]
    public async Task A_date_is_read_by_the_registrys_own_clock()
    {
        var start = _clock.GetUtcNow();
        ScriptedHandler handler = null!;
        handler = new ScriptedHandler(_ =>
        {
            if (handler.Requests.Count > 1)
                return Sized(5);
            var answer = Answer(429, "Retry-After", "Thu, 01 Jan 2026 07:00:10 GMT");
            answer.Headers.Date = start.AddHours(7);
            return answer;
        });
        await using var client = Client(handler);

        await _clock.RunAsync(client.OpenRepository("r.example", "a/b").FindBlobAsync(Any, CancellationToken.None), TimeSpan.FromSeconds(1));

        Assert.That((_clock.GetUtcNow() - start).TotalSeconds, Is.InRange(10, 14));
    }

    [Test]
    public async Task All_requests_to_a_host_slow_down_together_and_other_hosts_do_not()
    {
        var refused = new TaskCompletionSource();
        ScriptedHandler handler = null!;
        handler = new ScriptedHandler(request =>
        {
            if (handler.Requests.Count > 1)
                return Sized(5);
            refused.SetResult();
            return Answer(429, "Retry-After", "30");
        });
        await using var client = Client(handler);
        var first = client.OpenRepository("r.example", "a/b").FindBlobAsync(Any, CancellationToken.None);
        await refused.Task;
        Assert.That(() => _log.Text, Does.Contain("5003 ").After(120_000, 5));

        var second = client.OpenRepository("r.example", "c/d").FindBlobAsync(Any, CancellationToken.None);
        await client.OpenRepository("other.example", "a/b").FindBlobAsync(Any, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(2));
        _clock.Advance(TimeSpan.FromSeconds(29));

        // Similar work that is not delayed, instead of a wait.
        await client.OpenRepository("other.example", "a/b").FindBlobAsync(Any, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.That(handler.Requests.Count(static request => request.Contains("//r.example/", StringComparison.Ordinal)), Is.EqualTo(1));
        await _clock.RunAsync(Task.WhenAll(first, second), TimeSpan.FromSeconds(1));
        Assert.That(handler.Requests, Has.Count.EqualTo(5));
    }

    [Test]
    public async Task A_tag_is_looked_at_again_after_a_pause_that_came_between()
    {
        var looking = new TaskCompletionSource();
        var paused = new TaskCompletionSource();
        var isRefused = false;
        var handler = new ScriptedHandler(async (request, _) =>
        {
            if (request.Method == HttpMethod.Put)
                return new HttpResponseMessage(HttpStatusCode.Created);
            if (!request.RequestUri!.AbsolutePath.Contains("/manifests/", StringComparison.Ordinal))
                return isRefused ? Sized(5) : Refuse();
            if (request.Method == HttpMethod.Get)
            {
                looking.TrySetResult();
                await paused.Task;
            }

            return new HttpResponseMessage(HttpStatusCode.NotFound);
        });
        await using var client = Client(handler, static options => options with { MaxConnectionsPerHost = 2 });
        var store = client.OpenRepository("r.example", "a/b");
        var manifest = new ManifestContent(MediaTypes.OciManifest, "{}"u8.ToArray());

        var push = store.TryPushManifestAsync(manifest, "t", expected: null, CancellationToken.None);
        await looking.Task;
        var other = store.FindBlobAsync(Any, CancellationToken.None);
        Assert.That(() => _log.Text, Does.Contain("5003 ").After(120_000, 5));
        paused.SetResult();

        Assert.That(await _clock.RunAsync(push, TimeSpan.FromSeconds(1)), Is.True);
        await _clock.RunAsync(other, TimeSpan.FromSeconds(1));
        var ofTag = handler.Requests.Where(static r => r.Contains("/manifests/", StringComparison.Ordinal)).Select(static r => r.Split(' ')[0]);
        Assert.That(ofTag, Is.EqualTo(new[] { "HEAD", "GET", "HEAD", "GET", "PUT" }));

        HttpResponseMessage Refuse()
        {
            isRefused = true;
            return Answer(429, "Retry-After", "30");
        }
    }

    [Test]
    public async Task A_tag_is_moved_also_when_there_is_one_slot()
    {
        var handler = new ScriptedHandler(static request => new HttpResponseMessage(
            request.Method == HttpMethod.Put ? HttpStatusCode.Created : HttpStatusCode.NotFound));
        await using var client = Client(handler, static options => options with { MaxConnectionsPerHost = 1 });
        var manifest = new ManifestContent(MediaTypes.OciManifest, "{}"u8.ToArray());

        var push = client.OpenRepository("r.example", "a/b").TryPushManifestAsync(manifest, "t", expected: null, CancellationToken.None);

        Assert.That(await push.WaitAsync(TimeSpan.FromMinutes(2)), Is.True);
    }

    [Test]
    public async Task Silence_is_ended_by_the_stall_timer_and_by_nothing_else()
    {
        var start = _clock.GetUtcNow();
        var handler = new ScriptedHandler(static async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        });
        await using var client = Client(handler, options => options with { MaxAttempts = 1 });

        var error = Assert.ThrowsAsync<RegistryTransferException>(
            () => _clock.RunAsync(client.OpenRepository("r.example", "a/b").FindBlobAsync(Any, CancellationToken.None), TimeSpan.FromSeconds(1)));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.TransferStalled));
        Assert.That(error.IsTransient, Is.True);
        Assert.That((_clock.GetUtcNow() - start).TotalSeconds, Is.InRange(60, 63));
    }

    [Test]
    public async Task A_cancelled_caller_gets_a_cancellation_and_no_stall()
    {
        var handler = new ScriptedHandler(static async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        });
        await using var client = Client(handler);
        using var cancel = new CancellationTokenSource();

        var task = client.OpenRepository("r.example", "a/b").FindBlobAsync(Any, cancel.Token);
        await cancel.CancelAsync();

        Assert.That(async () => await task, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task An_error_tells_everything_that_the_registry_said()
    {
        var handler = new ScriptedHandler(_ =>
        {
            var answer = Answer(403, "X-Request-Id", "req-7");
            answer.Headers.Add("RateLimit-Remaining", "3;w=60");
            answer.Content = new StringContent("""{"errors":[{"code":"DENIED","message":"no\u001b[31m","detail":{"a":1}},{"code":"UNKNOWN"}]}""");
            return answer;
        });
        await using var client = Client(handler);

        var error = Assert.ThrowsAsync<RegistryResponseException>(() => client.OpenRepository("r.example", "a/b").FindBlobAsync(Any, CancellationToken.None));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryUnauthorized));
        Assert.That((error.Method, error.StatusCode, error.RequestId, error.RateLimitRemaining), Is.EqualTo(("GET", 403, "req-7", "3;w=60")));
        Assert.That(error.Errors.Select(static e => e.Code), Is.EqualTo(new[] { "DENIED", "UNKNOWN" }));
        Assert.That(error.Errors[0].Detail, Is.EqualTo("""{"a":1}"""));
        Assert.That(error.Message, Does.Not.Contain("\u001b").And.Contain("req-7"));
    }

    private static RegistryResponseException NotThere() => new("DELETE", "", 404, [], null, null, null, null);

    private static HttpResponseMessage Answer(int status, string header, string value)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status);
        answer.Headers.TryAddWithoutValidation(header, value);
        return answer;
    }

    private static HttpResponseMessage Sized(int size) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(new byte[size]) };

    private RegistryClient Client(ScriptedHandler handler, Func<RegistryClientOptions, RegistryClientOptions>? configure = null)
    {
        var options = new RegistryClientOptions { TimeProvider = _clock, LoggerFactory = _log, ConfigureHandler = _ => handler };
        return new RegistryClient(configure?.Invoke(options) ?? options);
    }
}
