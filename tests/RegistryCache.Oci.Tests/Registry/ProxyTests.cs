using System.Net;
using System.Text;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Content;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>
/// Proxies between the client and the real registry server. Only the proxy knows the registry's name, so every successful request went
/// through it.
/// </summary>
[Category("Integration")]
public sealed class ProxyTests
{
    private const string Name = TestCertificateAuthority.ServerName;
    private const string TokenName = "auth." + Name;
    private const string ProxyPassword = "proxy-secret";
    private static readonly TestBlob Blob = TestBlob.Create(3_000_000);
    private static readonly string RegistrySecret = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{RegistryServer.User}:{RegistryServer.Password}"));

    [TestCase(false)]
    [TestCase(true)]
    public async Task Plain_requests_are_forwarded_those_for_tokens_too(bool withCredential)
    {
        await using var tokens = await TokenServer.StartAsync(TokenName);
        await using var server = await RegistryServer.StartAsync(new RegistryServerOptions { TokenServer = tokens });
        await using var proxy = new HttpProxy(new HttpProxyOptions
        {
            Names = new Dictionary<string, int> { [Name] = server.Port, [TokenName] = tokens.Port },
            Credential = withCredential ? "user:" + ProxyPassword : null,
        });
        await using var client = Client(proxy.Uri, withCredential, static options => options with { UsePlainHttp = static _ => true });

        await PushAndPullAsync(client.OpenRepository(Name, "proxied/plain"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(proxy.Requests.Select(static r => r.Method), Is.SupersetOf(new[] { "HEAD", "POST", "PUT", "GET" }).And.None.EqualTo("CONNECT"));
            Assert.That(proxy.Requests.Select(static r => r.Host).Distinct(), Is.EquivalentTo(new[] { Name, TokenName }));
            Assert.That(proxy.Requests.Select(static r => r.Header("Authorization")), Has.Some.StartsWith("Bearer "));
            Assert.That(tokens.Requests, Is.Not.Empty);
            Assert.That(proxy.Requests.Any(static r => r.Header("Proxy-Authorization") is not null), Is.EqualTo(withCredential));
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Tls_goes_through_a_tunnel_and_neither_side_sees_the_others_credential(bool withCredential)
    {
        await using var server = await RegistryServer.StartAsync(new RegistryServerOptions { HtpasswdTls = true });
        await using var proxy = new HttpProxy(new HttpProxyOptions
        {
            Names = new Dictionary<string, int> { [Name] = server.Port },
            Credential = withCredential ? "user:" + ProxyPassword : null,
        });
        var seen = new SeenHeaders();
        await using var client = Client(proxy.Uri, withCredential, options => options with
        {
            CertificateAuthorities = [server.Authority!.Certificate],
            ConfigureHandler = seen.Around,
        });

        await PushAndPullAsync(client.OpenRepository(Name, "proxied/tls"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(proxy.Requests.Select(static r => $"{r.Method} {r.Target}").Distinct(), Is.EqualTo(new[] { $"CONNECT {Name}:443" }));
            Assert.That(proxy.Requests.SelectMany(static r => r.Headers), Has.None.Contains(RegistrySecret).And.None.StartsWith("Authorization"));
            Assert.That(proxy.Requests.Any(static r => r.Header("Proxy-Authorization") is not null), Is.EqualTo(withCredential));
            Assert.That(seen.Headers, Has.Some.EqualTo("Authorization: Basic " + RegistrySecret).And.None.StartsWith("Proxy-Authorization"));
        }
    }

    [Test]
    public async Task The_credential_of_the_proxy_does_not_reach_a_registry_inside_the_tunnel()
    {
        using var authority = new TestCertificateAuthority();
        await using var origin = await TlsRecorder.StartAsync(authority);
        await using var proxy = new HttpProxy(new HttpProxyOptions { Names = new Dictionary<string, int> { [Name] = origin.Port }, Credential = "user:" + ProxyPassword });
        await using var client = Client(proxy.Uri, true, options => options with { CertificateAuthorities = [authority.Certificate] });

        var size = await client.OpenRepository(Name, "a/b").FindBlobAsync(Blob.Digest, CancellationToken.None);

        Assert.That(size, Is.EqualTo(TlsRecorder.Length));
        Assert.That(origin.Headers, Has.Some.StartsWith("Authorization: Basic ").And.None.StartsWith("Proxy-"));
    }

    [Test]
    public async Task A_body_that_the_proxy_wants_twice_counts_once_in_the_progress()
    {
        await using var server = await RegistryServer.StartAsync();
        await using var proxy = new HttpProxy(new HttpProxyOptions { Names = new Dictionary<string, int> { [Name] = server.Port }, Credential = "user:" + ProxyPassword });
        await using var client = Client(proxy.Uri, true, static options => options with { UsePlainHttp = static _ => true });
        var small = TestBlob.Create(200_000);
        var progress = new RecordedProgress<TransferProgress>();

        await client.OpenRepository(Name, "proxied/twice").PushBlobAsync(small.Descriptor, small.Source, progress, CancellationToken.None);

        Assert.That(progress.Reports.Max(static report => report.BytesDone), Is.EqualTo(small.Bytes.Length));
        Assert.That(proxy.Requests.Count(static r => r.Method == "PUT"), Is.EqualTo(2));
    }

    [Test]
    public async Task Loopback_names_go_past_the_proxy()
    {
        await using var server = await RegistryServer.StartAsync();
        await using var proxy = new HttpProxy(new HttpProxyOptions { Names = new Dictionary<string, int>() });
        await using var client = Client(proxy.Uri);

        await PushAndPullAsync(client.OpenRepository($"127.0.0.1:{server.Port}", "direct/address"));
        await PushAndPullAsync(client.OpenRepository($"localhost:{server.Port}", "direct/name"));

        Assert.That(proxy.Requests, Is.Empty);
    }

    [TestCase(true, 1)]
    [TestCase(false, 0)]
    public async Task A_proxy_is_asked_unless_it_is_switched_off(bool useProxy, int requests)
    {
        await using var proxy = new HttpProxy(new HttpProxyOptions { Names = new Dictionary<string, int>(), Status = 403 });
        await using var client = Client(proxy.Uri, false, options => options with { UseProxy = useProxy });

        Assert.That(await FailAsync(client), Is.InstanceOf<RegistryCacheException>());
        Assert.That(proxy.Requests, Has.Count.EqualTo(requests));
    }

    [Test]
    public async Task What_the_proxy_itself_excepts_goes_past_it()
    {
        await using var proxy = new HttpProxy(new HttpProxyOptions { Names = new Dictionary<string, int>() });
        await using var client = new RegistryClient(Quick(new RegistryClientOptions { Proxy = new WebProxy(proxy.Uri, BypassOnLocal: false, [@"registry\.test"]) }));

        var error = await FailAsync(client);

        Assert.That(error.Message, Does.Not.Contain("proxy"));
        Assert.That(proxy.Requests, Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_proxy_that_is_down_is_named_in_the_error(bool plainHttp)
    {
        using var closed = new ClosedPort();
        var down = new Uri($"http://user:{ProxyPassword}@{closed.Host}");
        await using var client = Client(down, false, options => options with { UsePlainHttp = _ => plainHttp });

        var error = await FailAsync(client);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryUnreachable));
            Assert.That(error.IsTransient, Is.True);
            Assert.That(error.Message, Does.Contain($"the proxy http://{down.Authority} could not be reached").And.Contain(Name).And.Contain("HTTPS_PROXY"));
            Assert.That(error.ToString(), Does.Not.Contain(ProxyPassword));
        }
    }

    [TestCase(403, false)]
    [TestCase(502, true)]
    public async Task A_tunnel_that_the_proxy_refuses_is_repeated_only_if_that_can_help(int status, bool transient)
    {
        await using var proxy = new HttpProxy(new HttpProxyOptions { Names = new Dictionary<string, int>(), Status = status });
        await using var client = Client(proxy.Uri);

        var error = await FailAsync(client);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryUnreachable));
            Assert.That(error.IsTransient, Is.EqualTo(transient));
            Assert.That(error.Message, Does.Contain($"the proxy http://{proxy.Uri.Authority}").And.Contain($"answered with {status}"));
            Assert.That(proxy.Requests, Has.Count.EqualTo(transient ? 2 : 1));
        }
    }

    [TestCase(true, RegistryCacheErrorCode.RegistryResponse)]
    [TestCase(false, RegistryCacheErrorCode.RegistryUnreachable)]
    public async Task A_wrong_credential_for_the_proxy_is_an_error_that_says_where_to_give_it_and_does_not_show_it(bool plainHttp, RegistryCacheErrorCode code)
    {
        await using var proxy = new HttpProxy(new HttpProxyOptions { Names = new Dictionary<string, int>(), Credential = "user:right" });
        var address = new UriBuilder(proxy.Uri) { UserName = "user", Password = ProxyPassword }.Uri;
        await using var client = Client(address, true, options => options with { UsePlainHttp = _ => plainHttp });

        var error = await FailAsync(client);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Code, Is.EqualTo(code));
            Assert.That(error.IsTransient, Is.False);
            Assert.That(error.Message, Does.Contain("407").And.Contain("Proxy.Credentials"));
            Assert.That(error.ToString(), Does.Not.Contain(ProxyPassword));
            Assert.That(proxy.Requests, Has.Count.InRange(1, 2), "once without and once with the credential");
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task The_insecure_option_works_through_a_tunnel_and_falls_back_to_http_inside_it(bool tls)
    {
        await using var server = await RegistryServer.StartAsync(new RegistryServerOptions { HtpasswdTls = tls });
        await using var proxy = new HttpProxy(new HttpProxyOptions { Names = new Dictionary<string, int> { [Name] = server.Port } });
        await using var client = Client(proxy.Uri);

        // TLS is tried first, so a registry of plain HTTP gets a TLS greeting and answers it in HTTP.
        await PushAndPullAsync(client.OpenRepository($"{Name}:5000", "proxied/insecure", insecure: true));

        Assert.That(proxy.Requests.First().Method, Is.EqualTo("CONNECT"));
        Assert.That(proxy.Requests.Skip(1).Any(static r => !r.IsTunnel), Is.Not.EqualTo(tls));
    }

    [Test]
    public async Task The_insecure_option_does_not_give_up_tls_because_the_proxy_is_down()
    {
        using var log = new RecordedLog();
        using var closed = new ClosedPort();
        await using var client = Client(new Uri($"http://{closed.Host}"), false, options => options with { LoggerFactory = log });
        var store = client.OpenRepository(Name, "a/b", insecure: true);

        var error = Assert.CatchAsync<RegistryCacheException>(() => store.FindBlobAsync(Blob.Digest, CancellationToken.None));

        Assert.That(error!.Message, Does.Contain("the proxy"));
        Assert.That(log.Lines, Has.None.StartsWith("5004 "));
    }

    private static async Task PushAndPullAsync(IContentStore store)
    {
        var pushed = await store.PushBlobAsync(Blob.Descriptor, Blob.Source, null, CancellationToken.None);
        Assert.That(pushed, Is.EqualTo((BlobPushOutcome.Uploaded, Blob.Bytes.Length)));
        await using var stream = await store.OpenBlobAsync(Blob.Descriptor, CancellationToken.None);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read);
        Assert.That(read.ToArray(), Same.BytesAs(Blob.Bytes));
    }

    private static async Task<RegistryCacheException> FailAsync(RegistryClient client)
    {
        try
        {
            await client.OpenRepository(Name, "a/b").FindBlobAsync(Blob.Digest, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (RegistryCacheException e)
        {
            await TestContext.Out.WriteLineAsync(e.Message);
            return e;
        }

        throw new AssertionException("There is no such registry.");
    }

    private static RegistryClientOptions Quick(RegistryClientOptions options) =>
        options with { MaxAttempts = 2, RetryDelay = TimeSpan.FromMilliseconds(10) };

    private static RegistryClient Client(Uri proxy, bool withCredential = false, Func<RegistryClientOptions, RegistryClientOptions>? configure = null)
    {
        var options = Quick(new RegistryClientOptions
        {
            Proxy = new WebProxy(proxy) { Credentials = withCredential ? new NetworkCredential("user", ProxyPassword) : null },
            Credentials = CredentialProvider.FromDelegate(static (_, _, _) => ValueTask.FromResult<RegistryCredential?>(RegistryCredential.FromPassword(RegistryServer.User, RegistryServer.Password))),
        });
        return new RegistryClient(configure?.Invoke(options) ?? options);
    }
}
