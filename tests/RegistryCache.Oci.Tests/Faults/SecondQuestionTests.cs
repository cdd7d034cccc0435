using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Content;
using RegistryCache.Storage;
using RegistryCache.Testing;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Faults;

/// <summary>A single odd answer never proves that content is damaged, denied or absent if a second request can decide it.</summary>
[Category("Integration")]
public sealed class SecondQuestionTests
{
    private const string Repository = "a/b";

    private readonly LeapingClock _clock = FaultBench.NewClock();
    private readonly TestBlob _blob = TestBlob.Create(150_000);
    private RecordedLog _log = null!;
    private TestRegistry _registry = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _registry = await TestRegistry.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _registry.DisposeAsync();

    [SetUp]
    public void Reset()
    {
        _log = new RecordedLog();
        _registry.Reset(new TestRegistryOptions { TimeProvider = _clock });
    }

    [TearDown]
    public void Dispose()
    {
        Assert.That(_registry.Violations, Is.Empty);
        _log.Dispose();
    }

    private static IEnumerable<RegistryFault> OddHeads() =>
    [
        RegistryFault.NoLength(), RegistryFault.Shorter(1 << 20), RegistryFault.Shorter(10), RegistryFault.Status(400), RegistryFault.Status(403), RegistryFault.Status(405), RegistryFault.Status(500), RegistryFault.Status(501),
    ];

    [TestCaseSource(nameof(OddHeads))]
    public async Task A_blob_that_is_there_is_not_sent_again_whatever_HEAD_says(RegistryFault fault)
    {
        Put();
        _registry.Faults.Add("HEAD", RequestKind.Blob, fault, count: 100);
        await using var client = Client();

        var result = await client.OpenRepository(_registry.Host, Repository).PushBlobAsync(_blob.Descriptor, _blob.Source, null, CancellationToken.None);

        Assert.That(result, Is.EqualTo((BlobPushOutcome.AlreadyPresent, 0)));
    }

    [Test]
    public async Task A_blob_of_another_size_is_sent_again()
    {
        _registry.Repository(Repository).PutBlob(_blob.Bytes.AsMemory(0, 100), _blob.Digest.ToString());
        await using var client = Client();

        var result = await client.OpenRepository(_registry.Host, Repository).PushBlobAsync(_blob.Descriptor, _blob.Source, null, CancellationToken.None);

        Assert.That(result.Outcome, Is.EqualTo(BlobPushOutcome.Uploaded));
        Assert.That(_registry.Repository(Repository).ReadBlob(_blob.Digest.ToString()), Same.BytesAs(_blob.Bytes));
    }

    [Test]
    public async Task An_upload_that_another_writer_finished_first_is_done(
        [Values(400, 403, 409, 416)] int status, [Values("POST", "PATCH", "PUT")] string method)
    {
        var kind = method == "POST" ? RequestKind.UploadStart : RequestKind.Upload;
        _registry.Faults.Add(method, kind, new RegistryFault($"{status} to {method}")
        {
            Instead = _ =>
            {
                Put();
                return RegistryAnswer.Error(status, "UNKNOWN");
            },
        });
        await using var client = Client(options =>
        {
            return options with { ChunkedUploads = method == "PATCH", UploadChunkBytes = 64 << 10 };
        });

        await client.OpenRepository(_registry.Host, Repository).PushBlobAsync(_blob.Descriptor, _blob.Source, null, CancellationToken.None);

        Assert.That(_registry.Requests.Count(r => r.Method == method), Is.EqualTo(1), "it was sent again");
        Assert.That(_registry.OpenUploads, Is.Zero);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_POST_that_is_answered_with_201_is_believed_when_the_blob_is_there(bool isThere)
    {
        _registry.Faults.Add("POST", RequestKind.UploadStart, new RegistryFault("201")
        {
            Change = (_, answer) =>
            {
                if (isThere)
                    Put();
                return answer with { Status = 201 };
            },
        });
        await using var client = Client();

        var result = await client.OpenRepository(_registry.Host, Repository).PushBlobAsync(_blob.Descriptor, _blob.Source, null, CancellationToken.None);

        Assert.That(result.Outcome, Is.EqualTo(isThere ? BlobPushOutcome.AlreadyPresent : BlobPushOutcome.Uploaded));
        Assert.That(_registry.Repository(Repository).Blobs, Does.ContainKey(_blob.Digest.ToString()));
    }

    [TestCase(400)]
    [TestCase(403)]
    [TestCase(404)]
    [TestCase(405)]
    [TestCase(500)]
    [TestCase(501)]
    public async Task A_manifest_is_there_when_GET_gives_it_whatever_HEAD_says(int status)
    {
        var digest = PutManifest();
        _registry.Faults.Add("HEAD", RequestKind.Manifest, RegistryFault.Status(status), count: 100);
        await using var client = Client();

        var found = await client.OpenRepository(_registry.Host, Repository).ResolveManifestAsync(ManifestReference.ByTag("t"), CancellationToken.None);

        Assert.That(found?.Digest, Is.EqualTo(digest));
        Assert.That(_registry.Requests.Count(r => r.Method == "HEAD"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_refused_manifest_of_a_repository_that_we_write_to_is_not_there_when_our_blob_can_be_read([Values(401, 403)] int status, [Values] bool readable)
    {
        var refusal = new RegistryFault($"{status}") { Instead = _ => RegistryAnswer.Error(status, "DENIED") };
        _registry.Faults.Add("GET", RequestKind.Manifest, refusal, count: 100);
        _registry.Faults.Add("HEAD", RequestKind.Manifest, refusal, count: 100);
        await using var client = Client();
        var store = client.OpenRepository(_registry.Host, Repository);
        Assert.That(() => store.FetchManifestAsync(ManifestReference.ByTag("t"), 1000, CancellationToken.None), Throws.TypeOf<RegistryResponseException>(), "nothing was written yet");
        await store.PushBlobAsync(_blob.Descriptor, _blob.Source, null, CancellationToken.None);
        if (!readable)
            _registry.Faults.Add("HEAD", RequestKind.Blob, refusal, count: 100);

        if (readable)
        {
            Assert.That(await store.FetchManifestAsync(ManifestReference.ByTag("t"), 1000, CancellationToken.None), Is.Null);
            Assert.That(await store.ResolveManifestAsync(ManifestReference.ByTag("t"), CancellationToken.None), Is.Null);
        }
        else
        {
            var error = Assert.ThrowsAsync<RegistryResponseException>(() => store.FetchManifestAsync(ManifestReference.ByTag("t"), 1000, CancellationToken.None))!;
            Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryUnauthorized));
        }
    }

    [Test]
    public async Task Every_transient_answer_is_tried_again([Values(408, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524, 530, 598, 599)] int status)
    {
        PutManifest();
        _registry.Faults.Add("GET", RequestKind.Manifest, RegistryFault.Status(status), count: 2);
        await using var client = Client();

        var found = await client.OpenRepository(_registry.Host, Repository).FetchManifestAsync(ManifestReference.ByTag("t"), 10_000, CancellationToken.None);

        Assert.That(found, Is.Not.Null);
    }

    private void Put() => _registry.Repository(Repository).PutBlob(_blob.Bytes, _blob.Digest.ToString());

    private Digest PutManifest()
    {
        var manifest = new ManifestContent(MediaTypes.OciIndex, System.Text.Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[]}"""));
        var digest = manifest.Descriptor.Digest;
        var repository = _registry.Repository(Repository);
        repository.PutManifest(manifest.Bytes.ToArray(), MediaTypes.OciIndex);
        repository.Tag("t", digest.ToString());
        return digest;
    }

    private RegistryClient Client(Func<RegistryClientOptions, RegistryClientOptions>? configure = null)
    {
        var options = FaultBench.Configure(new RegistryClientOptions(), _registry.Host, _clock, _log);
        return new RegistryClient(configure?.Invoke(options) ?? options);
    }
}
