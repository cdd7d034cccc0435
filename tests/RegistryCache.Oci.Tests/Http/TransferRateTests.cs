using System.Net;
using Microsoft.Extensions.Time.Testing;
using RegistryCache.Oci.Http;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Http;

/// <summary>Answers that come, but too slowly, and answers that are not HTTP, on a clock that only the test moves.</summary>
[TestFixture]
public sealed class TransferRateTests
{
    private readonly FakeTimeProvider _clock = new();

    [Test]
    [Category("Slow")]
    public async Task One_byte_a_second_is_ended_and_a_slow_reader_is_not()
    {
        var blob = TestBlob.Create(100_000);
        var handler = new ScriptedHandler(_ => Answer(new Dripping(_clock, blob.Bytes)));
        await using var client = Client(handler);
        await using var stream = await client.OpenRepository("r.example", "a/b").OpenBlobAsync(blob.Descriptor, CancellationToken.None);

        var error = Assert.CatchAsync<RegistryTransferException>(() => _clock.RunAsync(DrainAsync(stream), TimeSpan.FromSeconds(1)));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.TransferStalled));
        Assert.That(error.Message, Does.Contain("1024 bytes a second"));
    }

    [Test]
    public void Time_that_the_reader_takes_does_not_count()
    {
        using var timer = new StallTimer(TimeSpan.FromMinutes(1), new TransferRate(1024, TimeSpan.FromSeconds(60)), _clock, CancellationToken.None);
        for (var i = 0; i < 100; i++)
        {
            timer.Touch();
            timer.Moved(1);
            _clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.That((timer.IsSlow, timer.IsStalled), Is.EqualTo((false, false)));
        for (var i = 0; i < 60; i++)
        {
            timer.Touch();
            _clock.Advance(TimeSpan.FromSeconds(1));
            timer.Moved(1024);
        }

        Assert.That(timer.IsSlow, Is.False, "just fast enough");
        for (var i = 0; i < 60; i++)
        {
            timer.Touch();
            _clock.Advance(TimeSpan.FromSeconds(1));
            timer.Moved(1023);
        }

        Assert.That((timer.IsSlow, timer.IsStalled), Is.EqualTo((true, true)));
    }

    [Test]
    public void What_the_caller_cancels_is_not_sent_although_the_framework_does_not_know_yet()
    {
        var blob = TestBlob.Create(400_000);
        using var caller = new CancellationTokenSource();
        using var timer = new StallTimer(TimeSpan.FromMinutes(1), new TransferRate(1024, TimeSpan.FromSeconds(60)), _clock, caller.Token);
        var source = new ScriptedBlobSource(blob.Bytes) { ActAfter = blob.Bytes.Length / 2, Act = caller.Cancel };
        using var content = new BlobSourceContent(source.OpenReadAsync, blob.Bytes.Length, timer, static _ => { });
        using var sent = new MemoryStream();

        Assert.CatchAsync<OperationCanceledException>(() => content.CopyToAsync(sent, CancellationToken.None));

        Assert.That(sent.Length, Is.LessThan(blob.Bytes.Length));
    }

    [TestCase(1, true)]
    [TestCase(1500, false)]
    [Category("Slow")]
    public async Task An_upload_at_one_byte_a_second_is_ended_and_a_sufficient_one_is_not(int bytesPerSecond, bool isEnded)
    {
        var blob = TestBlob.Create(300_000);
        using var stall = new StallTimer(TimeSpan.FromMinutes(1), new TransferRate(1024, TimeSpan.FromSeconds(60)), _clock, CancellationToken.None);
        using var content = new BlobSourceContent(blob.Source.OpenReadAsync, blob.Bytes.Length, stall, static _ => { });
        using var peer = new Sipping(_clock, bytesPerSecond);
        async Task<bool> SendAsync()
        {
            await content.CopyToAsync(peer, stall.Token);
            return true;
        }

        var sending = _clock.RunAsync(SendAsync(), TimeSpan.FromSeconds(1));

        if (isEnded)
        {
            Assert.CatchAsync<OperationCanceledException>(() => sending);
            Assert.That(stall.IsStalled, Is.True);
        }
        else
        {
            await sending;
            Assert.That((stall.IsStalled, peer.Taken), Is.EqualTo((false, blob.Bytes.Length)));
        }
    }

    [TestCase(HttpRequestError.InvalidResponse, true, "1.1")]
    [TestCase(HttpRequestError.ConfigurationLimitExceeded, true, "1.1")]
    [TestCase(HttpRequestError.InvalidResponse, false, "2.0", "1.1")]
    [TestCase(HttpRequestError.ConfigurationLimitExceeded, false, "2.0", "1.1")]
    public void What_is_not_HTTP_is_asked_for_with_HTTP_1_and_not_again(HttpRequestError kind, bool isPlain, params string[] versions)
    {
        var asked = new List<string>();
        var handler = new ScriptedHandler(request =>
        {
            asked.Add(request.Version.ToString());
            throw new HttpRequestException(kind);
        });
        using var client = new RegistryClient(new RegistryClientOptions
        { TimeProvider = _clock, ConfigureHandler = _ => handler, UsePlainHttp = _ => isPlain });

        var error = Assert.CatchAsync<RegistryTransferException>(() => _clock.RunAsync(
            client.OpenRepository("r.example", "a/b").FindBlobAsync(Digest.OfText("x"), CancellationToken.None), TimeSpan.FromSeconds(1)));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryProtocol));
        Assert.That(asked, Is.EqualTo(versions));
    }

    [TestCase("ftp://other.example/x", "ftp")]
    [TestCase("file:///etc/passwd", "file")]
    [TestCase("javascript:alert(1)", "javascript")]
    public async Task A_redirect_to_another_scheme_says_which(string location, string scheme)
    {
        var handler = new ScriptedHandler(_ =>
        {
            var answer = new HttpResponseMessage(HttpStatusCode.TemporaryRedirect);
            answer.Headers.TryAddWithoutValidation("Location", location);
            return answer;
        });
        await using var client = Client(handler);

        var error = Assert.CatchAsync<RegistryTransferException>(() =>
            client.OpenRepository("r.example", "a/b").FindBlobAsync(Digest.OfText("x"), CancellationToken.None));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryProtocol));
        Assert.That(error.Message, Does.Contain($"'{scheme}'"));
        Assert.That(handler.Requests, Has.Count.EqualTo(1));
    }

    private static async Task<bool> DrainAsync(Stream stream)
    {
        await stream.CopyToAsync(Stream.Null);
        return true;
    }

    private static HttpResponseMessage Answer(Stream body) => new(HttpStatusCode.OK) { Content = new StreamContent(body) };

    private RegistryClient Client(ScriptedHandler handler) =>
        new(new RegistryClientOptions { TimeProvider = _clock, ConfigureHandler = _ => handler });

    /// <summary>Gives one byte a second.</summary>
    private sealed class Dripping(TimeProvider clock, byte[] content) : MemoryStream
    {
        private int _given;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
            buffer.Span[0] = content[_given++];
            return 1;
        }
    }

    /// <summary>Takes so many bytes a second.</summary>
    private sealed class Sipping(TimeProvider clock, int bytesPerSecond) : MemoryStream
    {
        public int Taken { get; private set; }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(TimeSpan.FromSeconds((double)buffer.Length / bytesPerSecond), clock, cancellationToken);
            Taken += buffer.Length;
        }
    }
}
