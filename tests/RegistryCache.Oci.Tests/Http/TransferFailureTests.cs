using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using RegistryCache.Fixtures.Content;
using RegistryCache.Oci.Http;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Http;

/// <summary>What an error says when no answer came, and when that is said.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TransferFailureTests : IDisposable
{
    private static readonly Digest Any = Digest.OfBytes("x"u8);
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly RecordedLog _log = new();

    public void Dispose() => _log.Dispose();

    [Test]
    public async Task A_refused_connection_is_said_at_once_and_once_for_each_outage()
    {
        var isDown = true;
        var handler = new ScriptedHandler(_ => isDown ? throw Refused() : Sized(5));
        await using var client = Client(handler);
        var repository = client.OpenRepository("r.example", "a/b");

        var first = repository.FindBlobAsync(Any);
        var second = repository.FindBlobAsync(Digest.OfBytes("y"u8));

        // No time has passed: both wait for their next attempt.
        Assert.That(() => _log.Lines.Count, Is.EqualTo(2).After(120_000, 5));
        Assert.That(Told(), Is.EqualTo(1));
        Assert.That(_log.Text, Does.Contain("r.example cannot be reached yet: ").And.Contain("r.example:443 refused the connection. Start the registry").And.Match(@"Attempt 2 follows in \d\.\d s"));
        isDown = false;
        await _clock.RunAsync(Task.WhenAll(first, second), TimeSpan.FromSeconds(1));
        Assert.That(Told(), Is.EqualTo(1));
        isDown = true;
        RegistryTransferException? last = null;
        try
        {
            await _clock.RunAsync(repository.FindBlobAsync(Any), TimeSpan.FromSeconds(1));
        }
        catch (RegistryTransferException e)
        {
            last = e;
        }

        Assert.That(Told(), Is.EqualTo(2), "a new outage");
        Assert.That(last, Has.Property("Code").EqualTo(RegistryCacheErrorCode.RegistryUnreachable).And.Property("IsTransient").True);
    }

    [Test]
    public async Task A_name_that_does_not_exist_is_named()
    {
        await using var client = Client(new ScriptedHandler(static _ => throw new HttpRequestException(HttpRequestError.NameResolutionError)), maxAttempts: 1);

        Assert.That(await MessageAsync(client), Does.EndWith("failed: the name r.example could not be resolved. Check its spelling, and the DNS of this machine."));
    }

    [Test]
    public async Task Https_against_a_plain_registry_names_the_insecure_parameter_and_is_not_tried_again()
    {
        await using var registry = await TestRegistry.StartAsync();
        var handler = new ToPlace(registry.Url.Port);
        await using var client = Client(handler);

        var error = Assert.ThrowsAsync<RegistryTransferException>(() => client.OpenRepository("r.example", "a/b").FindBlobAsync(Any))!;

        Assert.That(error.Message, Does.EndWith("failed: the server does not answer in TLS. If it is a registry over plain HTTP, use registry.insecure=true."));
        Assert.That((error.IsTransient, handler.Requests), Is.EqualTo((false, 1)));
    }

    [Test]
    public async Task An_exception_of_a_handler_is_one_of_a_handler()
    {
        var cause = new InvalidOperationException("The vault is locked");
        var handler = new ScriptedHandler(_ => throw cause);
        await using var client = Client(handler);

        var error = Assert.ThrowsAsync<RegistryTransferException>(() => client.OpenRepository("r.example", "a/b").FindBlobAsync(Any))!;

        Assert.That(error.Message, Does.EndWith(
            "failed: a handler of the HTTP client threw InvalidOperationException: The vault is locked. Check the handlers that the application adds to the client."));
        Assert.That((error.Code, error.CodeText, error.InnerException, error.IsTransient), Is.EqualTo((RegistryCacheErrorCode.HandlerFailure, "RC0507", (Exception)cause, false)));
        Assert.That(handler.Requests, Has.Count.EqualTo(1), "a bug is not tried again");
    }

    [Test]
    public async Task A_request_that_a_handler_cut_at_ten_seconds_says_so([Values] bool isRejected)
    {
        ScriptedHandler handler = null!;
        handler = new ScriptedHandler(_ =>
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            throw isRejected ? new TimeoutRejectedException() : new TaskCanceledException();
        });
        await using var client = Client(handler, maxAttempts: 1);

        var error = Assert.ThrowsAsync<RegistryTransferException>(() => client.OpenRepository("r.example", "a/b").FindBlobAsync(Any))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.HandlerFailure));
        Assert.That(error.Message, Does.Contain("was cut off after 10 s by a handler of the HTTP client").And.Contain("remove the time limit of the handler."));
        Assert.That(error.IsTransient, Is.True, "what was cut off can go on");
    }

    [Test]
    public async Task A_connection_that_takes_too_long_is_no_failure_of_a_handler()
    {
        await using var client = Client(new ScriptedHandler(static _ => throw new TaskCanceledException("connect", new TimeoutException())), maxAttempts: 1);

        Assert.That(await MessageAsync(client), Does.EndWith("failed: r.example:443 could not be reached. Check the host, the port and the network."));
    }

    [TestCase("[::1]:5000", "[::1]:5000 refused the connection.")]
    [TestCase("bücher.example", "xn--bcher-kva.example:443 refused the connection.")]
    public async Task The_place_is_written_as_in_a_URL(string host, string text)
    {
        await using var client = Client(new ScriptedHandler(static _ => throw Refused()), maxAttempts: 1);

        var error = Assert.ThrowsAsync<RegistryTransferException>(() => client.OpenRepository(host, "a/b").FindBlobAsync(Any))!;

        Assert.That(error.Message, Does.Contain($" failed: {text}"));
    }

    private static HttpRequestException Refused() => new(HttpRequestError.ConnectionError, "refused", new SocketException((int)SocketError.ConnectionRefused));

    private static HttpResponseMessage Sized(int length)
    {
        var answer = new HttpResponseMessage { Content = new ByteArrayContent([]) };
        answer.Content.Headers.ContentLength = length;
        return answer;
    }

    private static async Task<string> MessageAsync(RegistryClient client)
    {
        await Task.CompletedTask;
        return Assert.ThrowsAsync<RegistryTransferException>(() => client.OpenRepository("r.example", "a/b").FindBlobAsync(Any))!.Message;
    }

    private int Told() => _log.Lines.Count(static line => line.StartsWith("5015 ", StringComparison.Ordinal));

    private RegistryClient Client(HttpMessageHandler handler, int? maxAttempts = null)
    {
        var options = new RegistryClientOptions { TimeProvider = _clock, LoggerFactory = _log, ConfigureHandler = _ => handler };
        return new RegistryClient(maxAttempts is { } most ? options with { MaxAttempts = most } : options);
    }

    /// <summary>As of a library of time limits.</summary>
#pragma warning disable CA1032, CA1064 // Only its name matters.
    private sealed class TimeoutRejectedException : Exception;
#pragma warning restore CA1032, CA1064

    /// <summary>Leads every request to a port of this machine, in the scheme that it has.</summary>
    private sealed class ToPlace(int port) : DelegatingHandler(new SocketsHttpHandler())
    {
        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            request.RequestUri = new UriBuilder(request.RequestUri!) { Host = "127.0.0.1", Port = port }.Uri;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
