using System.Net;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Oci.Http;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>Uploads over HTTP/2 that end while their body is still sent.</summary>
[Category("Integration")]
internal sealed class BrokenStreamTests
{
    // A part of the first 256 KiB, which are read and sent together. The framework keeps the last of them back until more follow.
    private const int Sent = 128 << 10;

    private static readonly TestBlob Blob = TestBlob.Create(700_000);

    [TestCase("reset")]
    [TestCase("refused")]
    [TestCase("away")]
    [TestCase("away, unseen")]
    [TestCase("closed")]
    public async Task What_breaks_while_the_source_is_waited_for_is_a_broken_connection(string how)
    {
        var source = new WaitingSource(Blob.Bytes);
        await using var server = Server(async request =>
        {
            await request.TakeAsync(Sent);
            await source.Waits;
            await (how switch
            {
                "reset" => request.ResetAsync(2),
                "refused" => request.ResetAsync(7),
                "away" => request.GoAwayAsync(isSeen: true),
                "away, unseen" => request.GoAwayAsync(isSeen: false),
                _ => Task.Run(request.Close),
            });
        });
        await using var client = Client(server);

        var error = Assert.CatchAsync<RegistryTransferException>(() => PushAsync(client, server, source))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryUnreachable), error.Message);
        Assert.That(error.IsTransient, Is.True);
        Assert.That(source.IsClosed, Is.True);
    }

    [Test]
    public async Task What_a_handler_cuts_while_the_source_is_waited_for_is_cut_by_the_handler()
    {
        var source = new WaitingSource(Blob.Bytes);
        await using var server = Server(static _ => Task.CompletedTask);
        await using var client = Client(server, inner => new Cutting(source.Waits) { InnerHandler = inner });

        var error = Assert.CatchAsync<RegistryTransferException>(() => PushAsync(client, server, source))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.HandlerFailure), error.Message);
        Assert.That(source.IsClosed, Is.True);
    }

    [Test]
    public async Task What_the_source_cancels_by_itself_is_its_own_failure()
    {
        var own = new TaskCanceledException("too long");
        var source = new ScriptedBlobSource(Blob.Bytes) { Act = () => throw own };
        await using var server = Server(static _ => Task.CompletedTask);
        await using var client = Client(server);

        Assert.That(Assert.CatchAsync(() => PushAsync(client, server, source)), Is.SameAs(own));
    }

    [Test]
    public async Task An_early_answer_ends_a_body_that_waits_for_its_source()
    {
        var source = new WaitingSource(Blob.Bytes);
        await using var server = Server(async request =>
        {
            await source.Waits;
            await request.AnswerAsync(201);
        }, hasBlob: true);
        await using var client = Client(server);

        await PushAsync(client, server, source).WaitAsync(TimeSpan.FromMinutes(2));

        Assert.That(source.IsClosed, Is.True);
    }

    [Test]
    public async Task An_early_answer_ends_a_body_that_the_server_does_not_take()
    {
        var source = new WaitingSource(Blob.Bytes, isWhole: true);
        await using var server = Server(async request =>
        {
            await source.Waits;
            await request.AnswerAsync(201);
        }, hasBlob: true, room: 65_535);
        await using var client = Client(server);

        await PushAsync(client, server, source).WaitAsync(TimeSpan.FromMinutes(2));

        Assert.That(source.IsClosed, Is.True);
    }

    [Test]
    public async Task An_early_refusal_is_read_before_the_body_ends()
    {
        var source = new WaitingSource(Blob.Bytes);
        await using var server = Server(async request =>
        {
            await source.Waits;
            await request.AnswerAsync(403, """{"errors":[{"code":"DENIED","message":"full"}]}""");
        });
        await using var client = Client(server);

        var error = Assert.CatchAsync<RegistryResponseException>(() => PushAsync(client, server, source))!;

        Assert.That((error.StatusCode, error.Errors.Single().Code), Is.EqualTo((403, "DENIED")));
        Assert.That(source.IsClosed, Is.True);
    }

    [Test]
    public async Task A_chunk_that_is_confirmed_before_it_was_sent_is_not_counted()
    {
        var source = new WaitingSource(Blob.Bytes);
        await using var server = Server(static request => request.AnswerAsync(201), hasBlob: true);
        await using var client = Client(server, isChunked: true);

        var error = Assert.CatchAsync<RegistryTransferException>(() => PushAsync(client, server, source))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryProtocol), error.Message);
        Assert.That(server.Requests.Select(static r => r.Split(' ')[0]), Does.Contain("PATCH").And.Not.Contain("PUT"));
        Assert.That(source.IsClosed, Is.True);
    }

    [Test]
    public async Task What_breaks_is_a_broken_connection_also_below_a_handler_that_wraps_the_body()
    {
        var source = new WaitingSource(Blob.Bytes);
        await using var server = Server(async request =>
        {
            await request.TakeAsync(Sent);
            await source.Waits;
            await request.ResetAsync(2);
        });
        await using var client = Client(server, static inner => new Wrapping { InnerHandler = inner });

        var error = Assert.CatchAsync<RegistryTransferException>(() => PushAsync(client, server, source))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryUnreachable), error.Message);
    }

    [Test]
    public async Task A_failure_of_the_source_is_its_own_also_below_a_handler_that_wraps_the_body()
    {
        var own = new InvalidDataException("damaged");
        var source = new ScriptedBlobSource(Blob.Bytes) { Act = () => throw own };
        await using var server = Server(static _ => Task.CompletedTask);
        await using var client = Client(server, static inner => new Wrapping { InnerHandler = inner });

        Assert.That(Assert.CatchAsync(() => PushAsync(client, server, source)), Is.SameAs(own));
    }

    [Test]
    public async Task A_body_that_a_handler_wraps_is_sent_once_as_well()
    {
        await using var server = Server(static async request =>
        {
            await request.TakeAsync(Blob.Bytes.Length);
            await request.AnswerAsync(503);
        });
        await using var client = Client(server, static inner => new Repeating { InnerHandler = new Wrapping { InnerHandler = inner } });

        var error = Assert.CatchAsync<RegistryTransferException>(() => PushAsync(client, server, new ScriptedBlobSource(Blob.Bytes)))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.HandlerFailure), error.Message);
        Assert.That(server.Requests.Count(static r => r.StartsWith("PUT ", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_repetition_reads_the_source_after_the_first_body_ended()
    {
        var source = new WaitingSource(Blob.Bytes);
        var puts = 0;
        await using var server = Server(async request =>
        {
            if (Interlocked.Increment(ref puts) == 1)
            {
                await source.Waits;
                await request.AnswerAsync(307, "", ("location", "/v2/a/b/blobs/uploads/2"));
            }
            else
            {
                await source.IsOpenAgain;
                await request.AnswerAsync(201);
            }
        }, hasBlob: true);
        await using var client = Client(server);

        await PushAsync(client, server, source).WaitAsync(TimeSpan.FromMinutes(2));

        Assert.That(source.MostAtOnce, Is.EqualTo(1));
    }

    private static Task<(BlobPushOutcome Outcome, long BytesSent)> PushAsync(RegistryClient client, Http2Server server, BlobSource source) =>
        client.OpenRepository(server.Host, "a/b").PushBlobAsync(Blob.Descriptor, source, null, CancellationToken.None);

    // The blob is there after a PUT if the test says so.
    private static Http2Server Server(Func<Http2Request, Task> put, bool hasBlob = false, int room = 1 << 24)
    {
        var isPut = false;
        return new Http2Server(async request =>
        {
            if (request.Method == "PUT")
            {
                isPut = hasBlob;
                await put(request);
            }
            else if (request.Method == "HEAD")
                await (isPut ? request.AnswerAsync(200, "", ("content-length", $"{Blob.Descriptor.Size}")) : request.AnswerAsync(404));
            else
                await request.AnswerAsync(202, "", ("location", "/v2/a/b/blobs/uploads/1"));
        }, room);
    }

    private static RegistryClient Client(Http2Server server, Func<HttpMessageHandler, HttpMessageHandler>? around = null, bool isChunked = false) => new(new RegistryClientOptions
    {
        UsePlainHttp = static _ => false,
        CertificateAuthorities = [server.Authority],
        ConfigureHandler = around,
        ChunkedUploads = isChunked,
        MaxAttempts = 1,
    });

    /// <summary>Ends the upload with its own token, as a time limit does.</summary>
    private sealed class Cutting(Task moment) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method != HttpMethod.Put)
                return await base.SendAsync(request, cancellationToken);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var sending = base.SendAsync(request, limit.Token);
            await moment.WaitAsync(cancellationToken);
            await limit.CancelAsync();
            return await sending;
        }
    }

    /// <summary>Puts a content around the body, as a display of the progress does.</summary>
    private sealed class Wrapping : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is { } body)
                request.Content = new Wrapper(body);
            return base.SendAsync(request, cancellationToken);
        }

        private sealed class Wrapper(HttpContent body) : HttpContent
        {
            protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
                SerializeToStreamAsync(stream, context, CancellationToken.None);

            protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
                body.CopyToAsync(stream, context, cancellationToken);

            protected override bool TryComputeLength(out long length)
            {
                length = body.Headers.ContentLength ?? 0;
                return body.Headers.ContentLength is not null;
            }
        }
    }

    /// <summary>Sends a request again that failed.</summary>
    private sealed class Repeating : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            return (int)response.StatusCode == 503 ? await base.SendAsync(request, cancellationToken) : response;
        }
    }

    /// <summary>Gives its content, or the first half and then nothing until it is cancelled.</summary>
    private sealed class WaitingSource(byte[] content, bool isWhole = false) : BlobSource
    {
        private readonly byte[] _given = isWhole ? content : content[..(content.Length / 2)];
        private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _isOpenAgain = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _opened;
        private int _open;
        private int _most;

        public override long? Length => content.Length;

        public bool IsWhole => isWhole;

        public Task Waits => _waits.Task;

        public bool IsClosed => Volatile.Read(ref _open) == 0;

        public Task IsOpenAgain => _isOpenAgain.Task;

        public int MostAtOnce => Volatile.Read(ref _most);

        public override ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken)
        {
            _most = Math.Max(_most, Interlocked.Increment(ref _open));
            if (Interlocked.Increment(ref _opened) == 2)
                _isOpenAgain.SetResult();
            return ValueTask.FromResult<Stream>(new Waiting(this));
        }

        private sealed class Waiting(WaitingSource owner) : MemoryStream(owner._given)
        {
            public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                var read = await base.ReadAsync(buffer, cancellationToken);
                if (read == 0 || owner.IsWhole)
                    owner._waits.TrySetResult();
                if (read > 0 || owner.IsWhole)
                    return read;

                // What follows runs at once, before the framework goes on. So the body ends before the request does.
                var end = new TaskCompletionSource<int>();
                await using var registration = cancellationToken.Register(() => end.TrySetCanceled(cancellationToken));
                return await end.Task;
            }

            public override ValueTask DisposeAsync()
            {
                Interlocked.Decrement(ref owner._open);
                return base.DisposeAsync();
            }
        }
    }
}
