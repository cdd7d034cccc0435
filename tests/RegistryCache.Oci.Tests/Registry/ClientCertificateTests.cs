using System.Security.Cryptography.X509Certificates;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Content;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Oci.Http;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>The real registry server with <c>http.tls.clientcas</c>: it refuses clients without a certificate of its authority.</summary>
[Category("Integration")]
public sealed class ClientCertificateTests
{
    private readonly TestCertificateAuthority _clients = new("RegistryCache test clients");
    private readonly RecordedLog _log = new();
    private RegistryServer? _server;
    private int _repositories;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await RegistryServer.StartAsync(new RegistryServerOptions { ClientAuthority = _clients });

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _clients.Dispose();
        _log.Dispose();
    }

    [Test]
    public async Task The_right_certificate_opens_the_registry_for_reading_and_writing()
    {
        using var certificate = _clients.IssueClientCertificate();

        Assert.That(await PushAndPullAsync([certificate]), Is.Null);
    }

    [Test]
    public async Task Certificates_between_the_clients_and_the_authority_are_sent_along()
    {
        using var intermediate = _clients.CreateIntermediate();
        using var certificate = intermediate.IssueClientCertificate();
        using var between = X509CertificateLoader.LoadCertificate(intermediate.Certificate.RawData);

        Assert.That(await PushAndPullAsync([certificate, between]), Is.Null);
    }

    [Test]
    public async Task Of_several_certificates_the_one_that_the_registry_accepts_is_shown()
    {
        using var foreign = new TestCertificateAuthority("Somebody else");
        using var first = foreign.IssueClientCertificate();
        using var second = _clients.IssueClientCertificate();

        Assert.That(await PushAndPullAsync([first, second]), Is.Null);
    }

    [Test]
    public async Task Without_a_certificate_the_error_says_that_one_is_wanted_and_is_final()
    {
        AssertRefused(await PushAndPullAsync([]));
    }

    [Test]
    public async Task With_a_certificate_of_another_authority_the_error_says_so_and_is_final()
    {
        using var foreign = new TestCertificateAuthority("Somebody else");
        using var certificate = foreign.IssueClientCertificate();

        AssertRefused(await PushAndPullAsync([certificate]));
    }

    [Test]
    public void A_certificate_without_its_private_key_is_refused_before_anything_is_sent()
    {
        using var certificate = _clients.IssueClientCertificate();
        using var bare = X509CertificateLoader.LoadCertificate(certificate.RawData);
        var options = new RegistryClientOptions();
        options.ClientCertificates.Add(bare);

        Assert.That(() => new RegistryClient(options), Throws.TypeOf<RegistryCacheException>().With.Message.Contains("private key"));
    }

    [Test]
    public async Task A_large_upload_that_is_refused_does_not_hang_either()
    {
        await using var client = Client([]);
        var blob = TestBlob.Create(8 << 20);

        AssertRefused(await CatchAsync(() => Open(client).PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None)));
    }

    private static void AssertRefused(RegistryCacheException? error)
    {
        Assert.That(error, Is.TypeOf<RegistryTransferException>());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryUnauthorized));
            Assert.That(error.IsTransient, Is.False);
            Assert.That(error.Message, Does.Contain("https://127.0.0.1").And.Contain("client certificate").And.Contain("ClientCertificates"));
        }
    }

    private static async Task<RegistryCacheException?> CatchAsync(Func<Task> action)
    {
        try
        {
            await action().WaitAsync(TimeSpan.FromMinutes(2));
            return null;
        }
        catch (RegistryCacheException e)
        {
            return e;
        }
    }

    private Task<RegistryCacheException?> PushAndPullAsync(X509Certificate2Collection certificates) => CatchAsync(async () =>
    {
        await using var client = Client(certificates);
        var store = Open(client);
        var blob = TestBlob.Create(300_000);
        var pushed = await store.PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None);
        Assert.That(pushed.Outcome, Is.EqualTo(BlobPushOutcome.Uploaded));
        await using var stream = await store.OpenBlobAsync(blob.Descriptor, CancellationToken.None);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read);
        Assert.That(read.ToArray(), Same.BytesAs(blob.Bytes));
    });

    private IContentStore Open(RegistryClient client) => client.OpenRepository(_server!.Host, $"certificates/cache-{Interlocked.Increment(ref _repositories)}");

    private RegistryClient Client(X509Certificate2Collection certificates)
    {
        var options = new RegistryClientOptions { UsePlainHttp = static _ => false, LoggerFactory = _log };
        options.CertificateAuthorities.Add(_server!.Authority!.Certificate);
        options.ClientCertificates.AddRange(certificates);
        return new RegistryClient(options);
    }
}
