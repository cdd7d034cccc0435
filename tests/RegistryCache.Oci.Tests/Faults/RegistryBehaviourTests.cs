using System.Net;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Content;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Oci.Http;
using RegistryCache.Oci.Registry;
using RegistryCache.Testing;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Faults;

/// <summary>Single rules of the protocol, each on a registry that enforces it.</summary>
[Category("Integration")]
public sealed class RegistryBehaviourTests
{
    private readonly LeapingClock _clock = FaultBench.NewClock();
    private RecordedLog _log = null!;
    private TestRegistry _registry = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _registry = await TestRegistry.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _registry.DisposeAsync();

    [SetUp]
    public void NewLog() => _log = new RecordedLog();

    [TearDown]
    public void Nothing_leaked_and_nothing_was_against_the_specification()
    {
        Assert.That(_registry.Leaks, Is.Empty);
        Assert.That(_registry.Violations, Is.Empty);
        Assert.That(_log.Text, Does.Not.Contain(TestRegistry.SecretMark));
        _log.Dispose();
    }

    [Test]
    public async Task The_smallest_chunk_of_the_registry_raises_ours()
    {
        Reset(new() { Quirks = new() { ChunkMinLength = 100_000 } });
        var blob = TestBlob.Create(250_000);
        await using var client = Client(Chunks);

        await PushAsync(client, blob);

        Assert.That(Patches(), Is.EqualTo(new[] { "0-99999", "100000-199999", "200000-249999" }));
    }

    [Test]
    public async Task A_smallest_chunk_above_our_cap_is_an_error()
    {
        Reset(new() { Quirks = new() { ChunkMinLength = 1L << 40 } });
        await using var client = Client(Chunks);

        Assert.ThrowsAsync<LimitExceededException>(() => PushAsync(client, TestBlob.Create(250_000)));
        Assert.That(_registry.OpenUploads, Is.Zero, "the upload was not given up");
    }

    [Test]
    public async Task A_refused_single_PUT_becomes_chunks()
    {
        Reset(new() { Quirks = new() { SinglePutStatus = 405 } });
        await using var client = Client();

        await PushAsync(client, TestBlob.Create(100_000));

        Assert.That(Patches(), Is.EqualTo(new[] { "0-99999" }));
        Assert.That(_log.Text, Does.Contain("5012 "));
    }

    [Test]
    public async Task A_chunk_that_is_too_large_is_made_smaller()
    {
        Reset(new() { Quirks = new() { MaxPatchBytes = 4 << 20 } });
        await using var client = Client(static options => options with { ChunkedUploads = true });

        await PushAsync(client, TestBlob.Create(9 << 20));

        Assert.That(Patches().Skip(1), Is.All.Match("^[0-9]+-[0-9]+$"));
        Assert.That(_registry.Requests.Count(static request => request.Method == "PATCH" && request.Status == 202), Is.EqualTo(3));
    }

    [Test]
    public async Task An_upload_that_is_given_up_is_deleted()
    {
        Reset(new());
        _registry.Faults.Add("PUT", RequestKind.Upload, RegistryFault.Status(403));
        await using var client = Client();

        Assert.ThrowsAsync<RegistryResponseException>(() => PushAsync(client, TestBlob.Create(1000)));

        Assert.That(_registry.OpenUploads, Is.Zero);
    }

    [Test]
    public async Task A_cancelled_upload_is_deleted()
    {
        Reset(new());
        await using var client = Client();
        var blob = TestBlob.Create(100_000);
        using var cancel = new CancellationTokenSource();
        var source = new ScriptedBlobSource(blob.Bytes) { ActAfter = 20_000, Act = cancel.Cancel };

        Assert.That(
            async () => await client.OpenRepository(_registry.Host, "a/b").PushBlobAsync(blob.Descriptor, source, null, cancel.Token),
            Throws.InstanceOf<OperationCanceledException>());

        Assert.That(_registry.OpenUploads, Is.Zero);
        Assert.That(_registry.Repository("a/b").Blobs, Is.Empty);
    }

    [Test]
    public async Task A_401_in_the_middle_of_an_upload_sends_the_body_again_from_its_source()
    {
        Reset(new() { Authentication = TestAccount.Bearer });
        _registry.Faults.Add("PUT", RequestKind.Upload, RegistryFault.TokenExpired());
        await using var client = Client();
        var blob = TestBlob.Create(50_000);
        var source = new ScriptedBlobSource(blob.Bytes);

        await client.OpenRepository(_registry.Host, "a/b").PushBlobAsync(blob.Descriptor, source, null, CancellationToken.None);

        Assert.That(_registry.Repository("a/b").ReadBlob(blob.Digest.ToString()), Same.BytesAs(blob.Bytes));
        Assert.That(source.Opened, Is.GreaterThan(1));
    }

    [Test]
    public async Task A_201_before_the_bytes_were_sent_is_not_believed()
    {
        Reset(new());
        var lied = false;
        await using var client = Client(options => options with { ConfigureHandler = inner => new Between(inner, Lie) });
        var blob = TestBlob.Create(50_000);

        await PushAsync(client, blob);

        Assert.That(lied, Is.True);
        Assert.That(_registry.Repository("a/b").Blobs, Does.ContainKey(blob.Digest.ToString()));

        HttpResponseMessage? Lie(HttpRequestMessage request)
        {
            if (lied || request.Method != HttpMethod.Put)
                return null;
            lied = true;
            return new HttpResponseMessage(HttpStatusCode.Created);
        }
    }

    [TestCase(null)]
    [TestCase(405)]
    public async Task An_identity_token_is_exchanged_for_access_tokens(int? getStatus)
    {
        Reset(new() { Authentication = TestAccount.Bearer, Quirks = new() { TokenGetStatus = getStatus } });
        await using var client = Client(options => options with { Credentials = CredentialProvider.FromMemory(new Dictionary<string, RegistryCredential> { [_registry.Host] = RegistryCredential.FromIdentityToken(TestAccount.IdentityToken) }) });

        await PushAsync(client, TestBlob.Create(1000));
    }

    [Test]
    public async Task A_refresh_token_is_used_and_the_password_again_when_it_is_worthless()
    {
        Reset(new() { Authentication = TestAccount.Bearer, Quirks = new() { IssuesRefreshTokens = true } });
        await using var client = Client();
        await PushAsync(client, TestBlob.Create(1000));
        _registry.RevokeTokens();
        _registry.RevokeRefreshTokens();

        await PushAsync(client, TestBlob.Create(1000, seed: 2));

        Assert.That(_registry.Requests.Where(static request => request.Kind == RequestKind.Token).Select(static request => request.Status), Does.Contain(401));
    }

    [Test]
    public async Task One_token_serves_many_requests_at_a_time()
    {
        Reset(new() { Authentication = TestAccount.Bearer });
        await using var client = Client();

        await Task.WhenAll(Enumerable.Range(1, 20).Select(seed => PushAsync(client, TestBlob.Create(1000, seed))));

        // HEAD requests pull, the rest pull,push.
        Assert.That(_registry.TokensIssued, Is.LessThanOrEqualTo(2));
    }

    [Test]
    public async Task Anonymous_tokens_allow_reading_and_a_refused_push_ends_in_one_clear_error()
    {
        Reset(new() { Authentication = TestAccount.Bearer });
        var blob = TestBlob.Create(1000);
        _registry.Repository("a/b").PutBlob(blob.Bytes, blob.Digest.ToString());
        await using var client = Client(static options => options with { Credentials = CredentialProvider.Anonymous });

        Assert.That(await client.OpenRepository(_registry.Host, "a/b").FindBlobAsync(blob.Digest, CancellationToken.None), Is.EqualTo(1000));
        var error = Assert.ThrowsAsync<RegistryResponseException>(() => PushAsync(client, TestBlob.Create(1000, seed: 2)));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryUnauthorized));
        Assert.That(error.Hint, Does.Contain("log in"));
        Assert.That(_registry.Requests, Has.Count.LessThan(15));
    }

    [Test]
    public async Task Warnings_are_shown_and_not_acted_upon()
    {
        Reset(new() { Quirks = new() { Warning = "299 - \"this registry\tcloses\"" } });
        await using var client = Client();

        await PushAsync(client, TestBlob.Create(1000));

        Assert.That(_log.Text, Does.Contain("5006 Warning").And.Contain("this registry\ufffdcloses"));
    }

    [TestCase(3, 0)]
    [TestCase(null, 4)]
    [TestCase(1, 100)]
    public async Task Tags_come_from_all_pages(int? limit, int pageSize)
    {
        Reset(new() { Quirks = new() { TagPageLimit = limit } });
        var names = Enumerable.Range(0, 10).Select(static i => $"tag-{i}").ToList();
        foreach (var name in names)
            _registry.Repository("a/b").Tag(name, "sha256:x");
        _registry.Faults.Add("GET", RequestKind.Tags, RegistryFault.CutAnswer(10), occurrence: 2);
        await using var client = Client();

        var tags = new List<string>();
        await foreach (var tag in ((RegistryContentStore)client.OpenRepository(_registry.Host, "a/b")).ListTagsAsync(pageSize, CancellationToken.None))
            tags.Add(tag);

        Assert.That(tags, Is.EqualTo(names));
        Assert.That(_registry.Faults.Met, Is.EqualTo(1));
    }

    [TestCase("http://elsewhere.example/v2/a/b/tags/list")]
    [TestCase("//elsewhere.example/v2/")]
    public async Task A_listing_does_not_go_on_at_another_host(string link)
    {
        Reset(new() { Authentication = TestAccount.Basic });
        _registry.CreateRepository("a/b");
        _registry.Faults.Add("GET", RequestKind.Tags, RegistryFault.WithHeader("Link", $"<{link}>; rel=\"next\""), count: 5);
        await using var client = Client();

        var error = Assert.ThrowsAsync<RegistryTransferException>(async () =>
        {
            await foreach (var _ in client.OpenRepository(_registry.Host, "a/b").ListTagsAsync())
            {
            }
        });

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryProtocol));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Referrers_come_from_the_endpoint_or_from_the_fallback_tag(bool endpoint)
    {
        Reset(new() { Quirks = new() { HasReferrers = endpoint } });
        var repository = _registry.Repository("a/b");
        var subject = Digest.OfBytes("subject"u8);
        var referrer = System.Text.Encoding.UTF8.GetBytes(
            $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.OciManifest}}}","artifactType":"x/y","subject":{"digest":"{{{subject}}}","size":1,"mediaType":"m"},"layers":[]}""");
        var digest = Digest.OfBytes(referrer);
        repository.PutManifest(referrer, MediaTypes.OciManifest);
        var index = System.Text.Encoding.UTF8.GetBytes(
            $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.OciIndex}}}","manifests":[{"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{digest}}}","size":{{{referrer.Length}}},"artifactType":"x/y"}]}""");
        repository.PutManifest(index, MediaTypes.OciIndex, endpoint ? null : $"sha256-{subject.Hex}");
        await using var client = Client();
        var image = ImageReference.Parse($"{_registry.Host}/a/b@{subject}");

        Assert.That(await DigestsAsync(client.ListReferrersAsync(image, "x/y")), Is.EqualTo(new[] { digest }));
        Assert.That(await DigestsAsync(client.ListReferrersAsync(image, "other/type")), Is.Empty);
    }

    [Test]
    public async Task Insecure_falls_back_to_plain_HTTP_once_and_remembers_it()
    {
        Reset(new() { Authentication = TestAccount.Basic });
        await using var client = Client();
        var store = client.OpenRepository(_registry.Host, "a/b", insecure: true);

        await store.PushBlobAsync(TestBlob.Create(100).Descriptor, TestBlob.Create(100).Source, null, CancellationToken.None);

        Assert.That(_log.Lines.Count(static line => line.StartsWith("5004 ", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Without_insecure_nothing_falls_back()
    {
        Reset(new() { Authentication = TestAccount.Basic });
        await using var client = Client(static options =>
        {
            return options with { UsePlainHttp = static _ => false, MaxAttempts = 1 };
        });

        var error = Assert.ThrowsAsync<RegistryTransferException>(() => PushAsync(client, TestBlob.Create(100)));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryUnreachable));
        Assert.That(_registry.Requests, Is.Empty);
    }

    [Test]
    public async Task Rate_limits_are_part_of_the_error()
    {
        Reset(new());
        var limited = RegistryFault.Status(429) with
        {
            Change = static (_, answer) => answer.With("RateLimit-Limit", "100;w=21600").With("RateLimit-Remaining", "76;w=21600"),
        };
        _registry.Faults.Add("HEAD", RequestKind.Blob, limited, count: 100);
        await using var client = Client();

        var error = Assert.ThrowsAsync<RegistryResponseException>(() => client.OpenRepository(_registry.Host, "a/b").FindBlobAsync(TestBlob.Create(1).Digest, CancellationToken.None));

        Assert.That((error!.RateLimit, error.RateLimitRemaining, error.RetryAfter), Is.EqualTo(("100;w=21600", "76;w=21600", (TimeSpan?)null)));
        Assert.That(error.IsTransient, Is.True);
    }

    [Test]
    public async Task Progress_names_the_blob_and_reaches_its_size()
    {
        Reset(new());
        await using var client = Client();
        var blob = TestBlob.Create(3_000_000);
        var progress = new RecordedProgress<TransferProgress>();

        await client.OpenRepository(_registry.Host, "a/b").PushBlobAsync(blob.Descriptor, blob.Source, progress, CancellationToken.None);

        Assert.That(progress.Reports[^1], Is.EqualTo(new TransferProgress(blob.Descriptor, 3_000_000)));
        Assert.That(progress.Reports, Has.Count.GreaterThan(1));
    }

    private static RegistryClientOptions Chunks(RegistryClientOptions options) =>
        options with { ChunkedUploads = true, UploadChunkBytes = 64 << 10 };

    private static async Task<List<Digest>> DigestsAsync(IAsyncEnumerable<Descriptor> descriptors)
    {
        var result = new List<Digest>();
        await foreach (var descriptor in descriptors)
            result.Add(descriptor.Digest);
        return result;
    }

    private IEnumerable<string> Patches() => _registry.Requests.Where(static request => request.Method == "PATCH").Select(static request => request.Headers["Content-Range"]);

    private void Reset(TestRegistryOptions options) => _registry.Reset(options with { TimeProvider = _clock, Quirks = options.Quirks with { SetsCookies = true } });

    private async Task PushAsync(RegistryClient client, TestBlob blob) =>
        await client.OpenRepository(_registry.Host, "a/b").PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None);

    private RegistryClient Client(Func<RegistryClientOptions, RegistryClientOptions>? configure = null)
    {
        var options = FaultBench.Configure(new RegistryClientOptions(), _registry.Host, _clock, _log);
        return new RegistryClient(configure?.Invoke(options) ?? options);
    }

    private sealed class Between(HttpMessageHandler inner, Func<HttpRequestMessage, HttpResponseMessage?> answer) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            answer(request) is { } instead ? Task.FromResult(instead) : base.SendAsync(request, cancellationToken);
    }
}
