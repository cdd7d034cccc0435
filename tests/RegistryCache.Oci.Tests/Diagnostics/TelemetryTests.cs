using System.Diagnostics;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Oci.Diagnostics;
using RegistryCache.Oci.Tests.Registry;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Diagnostics;

/// <summary>The traces and metrics that an exporter receives from work on the real registry server.</summary>
[Category("Integration")]
[NonParallelizable]
public sealed class TelemetryTests
{
    private const string Sent = "registrycache.oci.blob.sent";
    private const string Received = "registrycache.oci.blob.received";
    private const string Retries = "registrycache.oci.retries";
    private const string Duration = "registrycache.oci.request.duration";
    private static readonly string[] RequestTags = ["http.request.method", "http.response.status_code", "server.address", "server.port", "url.full", "url.template"];
    private static readonly string[] DurationTags = ["http.request.method", "http.response.status_code", "server.address", "server.port", "url.scheme", "url.template"];

    [Test]
    public void Names_and_units_are_those_that_dashboards_are_built_on()
    {
        using var telemetry = new RecordedTelemetry();
        using (OciTelemetry.Activities.StartActivity("x"))
        {
        }

        Assert.That(telemetry.Instruments.Values.Select(static i => $"{i.Name} {i.Unit}"), Is.EquivalentTo(new[] { $"{Duration} s", $"{Sent} By", $"{Received} By", $"{Retries} {{retry}}" }));
        Assert.That((RegistryClient.ActivitySourceName, RegistryClient.MeterName), Is.EqualTo(("RegistryCache.Oci", "RegistryCache.Oci")));
        Assert.That(telemetry.Activities.Select(static a => a.Source.Name), Is.EqualTo(new[] { "RegistryCache.Oci" }));
    }

    [Test]
    public async Task Every_request_is_an_activity_and_a_duration_and_every_byte_is_counted()
    {
        await using var tokens = await TokenServer.StartAsync();
        await using var server = await RegistryServer.StartAsync(new RegistryServerOptions { TokenServer = tokens });
        var seen = new SeenHeaders();
        await using var client = new RegistryClient(new RegistryClientOptions
        {
            Credentials = CredentialProvider.FromMemory(new Dictionary<string, RegistryCredential> { [server.Host] = RegistryCredential.FromPassword(RegistryServer.User, RegistryServer.Password) }),
            ConfigureHandler = seen.Around,
        });
        var store = client.OpenRepository(server.Host, "telemetry/all");
        var blob = TestBlob.Create(700_001);
        using var caller = new Activity("caller").Start();
        using var telemetry = new RecordedTelemetry();

        await store.PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None);
        await ReadAsync(store, blob.Descriptor);

        Assert.That(telemetry.Activities.Select(static a => $"{a.DisplayName} {a.GetTagItem("http.response.status_code")} {a.Status}"), Is.EqualTo(new[]
        {
            "HEAD /v2/{name}/blobs/{digest} 401 Error",
            "POST token 200 Unset",
            "HEAD /v2/{name}/blobs/{digest} 404 Unset",
            "POST token 200 Unset",
            "POST /v2/{name}/blobs/uploads/ 202 Unset",
            "PUT /v2/{name}/blobs/uploads/{session} 201 Unset",
            "GET /v2/{name}/blobs/{digest} 200 Unset",
        }));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(telemetry.Activities.Select(static a => a.Kind), Is.All.EqualTo(ActivityKind.Client));
            Assert.That(telemetry.Activities.Select(static a => a.ParentSpanId), Is.All.EqualTo(caller.SpanId));
            foreach (var activity in telemetry.Activities)
                Assert.That(activity.TagObjects.Select(static tag => tag.Key), Is.EquivalentTo(activity.Status == ActivityStatusCode.Error ? [.. RequestTags, "error.type"] : RequestTags));
            Assert.That(telemetry.Of(Duration).Select(static m => $"{m.Tags["http.request.method"]} {m.Tags["url.template"]} {m.Tags["http.response.status_code"]}"),
                Is.EqualTo(telemetry.Activities.Select(static a => $"{a.DisplayName} {a.GetTagItem("http.response.status_code")}")));
            Assert.That(telemetry.Of(Duration).First(static m => m.Tags["http.response.status_code"] is 200).Tags.Keys, Is.EquivalentTo(DurationTags));
            Assert.That(telemetry.Sum(Sent), Is.EqualTo(blob.Bytes.Length));
            Assert.That(telemetry.Sum(Received), Is.EqualTo(blob.Bytes.Length));
            Assert.That(telemetry.Of(Retries), Is.Empty);
        }

        AssertNoSecret(telemetry.Text, seen);
    }

    [Test]
    public async Task Ranges_read_side_by_side_and_chunks_count_each_byte_once()
    {
        await using var server = await RegistryServer.StartAsync();
        var options = new RegistryClientOptions();
        options = options with { ChunkedUploads = true, UploadChunkBytes = 64 << 10 };
        options = options with { ParallelRanges = 3, ParallelBelowRate = long.MaxValue, ParallelRangeBytes = 64 << 10 };
        await using var client = new RegistryClient(options);
        var store = client.OpenRepository(server.Host, "telemetry/parts");
        var blob = TestBlob.Create(500_000);
        using var telemetry = new RecordedTelemetry();

        await store.PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None);
        await ReadAsync(store, blob.Descriptor);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(telemetry.Sum(Sent), Is.EqualTo(blob.Bytes.Length));
            Assert.That(telemetry.Sum(Received), Is.EqualTo(blob.Bytes.Length));
            Assert.That(telemetry.Activities.Count(static a => a.DisplayName.StartsWith("PATCH ", StringComparison.Ordinal)), Is.EqualTo(8));
        }
    }

    [Test]
    public async Task A_registry_that_is_not_there_is_an_error_without_a_status_and_each_further_try_is_a_retry()
    {
        var options = new RegistryClientOptions();
        options = options with { MaxAttempts = 3, RetryDelay = TimeSpan.FromMilliseconds(5) };
        await using var client = new RegistryClient(options);
        using var closed = new ClosedPort();
        using var telemetry = new RecordedTelemetry();

        Assert.CatchAsync<RegistryCacheException>(() => client.OpenRepository(closed.Host, "a/b").FindBlobAsync(Digest.OfBytes("x"u8), CancellationToken.None));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(telemetry.Activities, Has.Count.EqualTo(3));
            Assert.That(telemetry.Activities.Select(static a => a.Status), Is.All.EqualTo(ActivityStatusCode.Error));
            Assert.That(telemetry.Activities.Select(static a => a.GetTagItem("error.type")), Is.All.EqualTo("System.Net.Http.HttpRequestException"));
            Assert.That(telemetry.Activities.Select(static a => a.GetTagItem("http.response.status_code")), Is.All.Null);
            Assert.That(telemetry.Of(Duration).Select(static m => m.Tags["error.type"]), Is.All.EqualTo("System.Net.Http.HttpRequestException"));
            Assert.That(telemetry.Of(Retries).Select(static m => (m.Value, m.Tags["server.address"], m.Tags["http.request.method"])), Is.EqualTo(new[] { (1.0, (object)"127.0.0.1", (object)"HEAD"), (1.0, "127.0.0.1", "HEAD") }));
        }
    }

    private static async Task ReadAsync(IContentStore store, Descriptor blob)
    {
        await using var stream = await store.OpenBlobAsync(blob, CancellationToken.None);
        await stream.CopyToAsync(Stream.Null);
    }

    private static void AssertNoSecret(string text, SeenHeaders seen)
    {
        var secrets = seen.Headers.Where(static h => h.StartsWith("Authorization: ", StringComparison.Ordinal)).Select(static h => h.Split(' ')[^1]).Distinct().ToList();
        Assert.That(secrets, Is.Not.Empty);
        using (Assert.EnterMultipleScope())
        {
            foreach (var secret in secrets)
                Assert.That(text, Does.Not.Contain(secret));
            Assert.That(text, Does.Not.Contain(RegistryServer.Password));

            // The state of an upload is signed by the registry: anyone who has it can continue the upload.
            Assert.That(text, Does.Contain("/uploads/…?_state=REDACTED&digest=sha256"));
        }
    }
}
