using System.Diagnostics;
using RegistryCache.Fixtures.Content;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Oci.Tests.Faults;
using RegistryCache.Testing;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Diagnostics;

/// <summary>Traces and metrics after faults, with secrets in every URL and header.</summary>
[Category("Integration")]
[NonParallelizable]
public sealed class TelemetryFaultTests
{
    private const string Repository = "a/b";
    private readonly TestBlob _blob = TestBlob.Create(300_000);
    private readonly LeapingClock _clock = FaultBench.NewClock();
    private readonly RecordedLog _log = new();
    private TestRegistry _registry = null!;
    private RegistryClient _client = null!;
    private RecordedTelemetry _telemetry = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _registry = await TestRegistry.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _registry.DisposeAsync();
        _log.Dispose();
    }

    [SetUp]
    public void Listen()
    {
        _client = new RegistryClient(FaultBench.Configure(new RegistryClientOptions(), _registry.Host, _clock, _log));
        _telemetry = new RecordedTelemetry();
    }

    [TearDown]
    public async Task No_secret_is_in_any_tagAsync()
    {
        await _client.DisposeAsync();
        _telemetry.Dispose();
        Assert.That(_telemetry.Text, Does.Not.Contain(TestRegistry.SecretMark).And.Not.Contain(TestAccount.BasicHeader[6..]));
    }

    [Test]
    public async Task A_signed_url_is_shown_without_its_signature()
    {
        Prepare(new() { Authentication = TestAccount.Bearer, Quirks = new() { RedirectsBlobs = true } });

        await PullAsync();

        var storage = _telemetry.Activities.Single(a => (int)a.GetTagItem("server.port")! == Port(_registry.StorageHost));
        Assert.That(storage.GetTagItem("url.full"), Does.EndWith("?X-Sig=REDACTED&Expires=REDACTED"));
        Assert.That(_telemetry.Sum("registrycache.oci.blob.received"), Is.EqualTo(_blob.Bytes.Length));
    }

    [Test]
    public async Task A_download_that_breaks_counts_a_retry_and_no_byte_twice()
    {
        Prepare(new() { Authentication = TestAccount.Basic });
        _registry.Faults.Add("GET", RequestKind.Blob, RegistryFault.CutAnswer(100_000), occurrence: 2);

        await PullAsync();

        Assert.That(_registry.Faults.Met, Is.EqualTo(1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_telemetry.Sum("registrycache.oci.blob.received"), Is.EqualTo(_blob.Bytes.Length));
            Assert.That(RetriesOf("GET"), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task An_upload_that_breaks_counts_a_retry_and_all_bytes_that_were_sent()
    {
        Prepare(new() { Authentication = TestAccount.Basic });
        _registry.Faults.Add("PUT", RequestKind.Upload, RegistryFault.LostAnswer());
        _registry.Faults.Add("HEAD", RequestKind.Blob, RegistryFault.Status(404), occurrence: 2, count: 2);
        var blob = TestBlob.Create(50_000, seed: 7);

        var result = await _client.OpenRepository(_registry.Host, Repository).PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None);

        Assert.That(_registry.Faults.Met, Is.GreaterThan(0));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_telemetry.Sum("registrycache.oci.blob.sent"), Is.EqualTo(result.BytesSent).And.GreaterThanOrEqualTo(blob.Bytes.Length));
            Assert.That(RetriesOf("PUT"), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Retries_of_the_token_server_are_counted_as_well()
    {
        Prepare(new() { Authentication = TestAccount.Bearer });
        _registry.Faults.Add("POST", RequestKind.Token, RegistryFault.Status(503), count: 2);

        await PullAsync();

        Assert.That(RetriesOf("POST"), Is.EqualTo(2));
        Assert.That(_telemetry.Activities.Where(static a => a.DisplayName == "POST token").Select(static a => a.GetTagItem("http.response.status_code")), Is.EqualTo(new[] { 503, 503, 200 }));
    }

    [Test]
    public void A_refusal_is_an_error_with_its_status()
    {
        Prepare(new());
        _registry.Faults.Add("GET", RequestKind.Blob, RegistryFault.Status(403, code: "DENIED"));

        Assert.CatchAsync<RegistryCacheException>(PullAsync);

        var activity = _telemetry.Activities.Single();
        Assert.That((activity.Status, activity.GetTagItem("http.response.status_code"), activity.GetTagItem("error.type")), Is.EqualTo((ActivityStatusCode.Error, 403, "403")));
        Assert.That(_telemetry.Of("registrycache.oci.retries"), Is.Empty);
    }

    [Test]
    public void A_cancelled_request_ends_its_activity_as_an_error()
    {
        Prepare(new());
        using var cancellation = new CancellationTokenSource();
        _registry.Faults.Add("GET", RequestKind.Blob, RegistryFault.Stall(cancellation.Cancel));

        Assert.CatchAsync<OperationCanceledException>(() => _client.OpenRepository(_registry.Host, Repository).OpenBlobAsync(_blob.Descriptor, cancellation.Token));

        var activity = _telemetry.Activities.Single();
        Assert.That((activity.Status, activity.GetTagItem("error.type")), Is.EqualTo((ActivityStatusCode.Error, "System.Threading.Tasks.TaskCanceledException")));
    }

    private static int Port(string host) => int.Parse(host[(host.IndexOf(':', StringComparison.Ordinal) + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    private double RetriesOf(string method) => _telemetry.Of("registrycache.oci.retries").Where(m => (string)m.Tags["http.request.method"]! == method).Sum(static m => m.Value);

    private void Prepare(TestRegistryOptions options)
    {
        _registry.Reset(options with { TimeProvider = _clock });
        _registry.Repository(Repository).PutBlob(_blob.Bytes, _blob.Digest.ToString());
    }

    private async Task PullAsync()
    {
        await using var stream = await _client.OpenRepository(_registry.Host, Repository).OpenBlobAsync(_blob.Descriptor, CancellationToken.None);
        await stream.CopyToAsync(Stream.Null);
    }
}
