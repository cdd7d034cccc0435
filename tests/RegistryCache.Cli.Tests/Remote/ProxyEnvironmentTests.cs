using System.Text;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Servers;

namespace RegistryCache.Cli.Tests.Remote;

/// <summary>The proxy of the environment, which the framework reads once per process: so each run is a process of its own.</summary>
[Category("Integration")]
internal sealed class ProxyEnvironmentTests
{
    private const string Name = TestCertificateAuthority.ServerName;
    private static readonly string Source = $"type=local,src={FixtureLayout.Open("max-gzip").Directory}";

    [Test]
    public async Task A_registry_over_tls_is_reached_through_the_tunnel_of_HTTPS_PROXY_with_the_credential_in_its_url()
    {
        using var scratch = new ScratchDirectory();
        await using var server = await RegistryServer.StartAsync(new RegistryServerOptions { HtpasswdTls = true });
        await using var proxy = new HttpProxy(new HttpProxyOptions { Names = new Dictionary<string, int> { [Name] = server.Port }, Credential = "user:proxy-secret" });
        var environment = Environment(scratch, server);
        environment["HTTPS_PROXY"] = $"http://user:proxy-secret@{proxy.Uri.Authority}";

        using var copy = ToolProcess.Start(environment, "copy", "--from", Source, "--to", $"type=registry,ref={Name}/proxied/cache:t,mode=max");
        await copy.SucceedAsync();
        using var inspect = ToolProcess.Start(environment, "inspect", $"type=registry,ref={Name}/proxied/cache:t");
        await inspect.SucceedAsync();

        Assert.That(proxy.Requests.Select(static r => r.Target).Distinct(), Is.EqualTo(new[] { $"{Name}:443" }));
        Assert.That(proxy.Requests.SelectMany(static r => r.Headers), Has.None.StartsWith("Authorization"));
    }

    [Test]
    public async Task A_credential_that_the_proxy_refuses_is_an_error_that_names_the_proxy_and_keeps_the_secret()
    {
        using var scratch = new ScratchDirectory();
        await using var proxy = new HttpProxy(new HttpProxyOptions { Names = new Dictionary<string, int>(), Credential = "user:right" });
        var environment = Environment(scratch);
        environment["HTTPS_PROXY"] = $"http://user:proxy-secret@{proxy.Uri.Authority}";

        using var tool = ToolProcess.Start(environment, "inspect", $"type=registry,ref={Name}/a/b:t", "--verbose");
        var (exitCode, text) = await tool.EndAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exitCode, Is.EqualTo(1));
            Assert.That(text, Does.Contain("RC0502").And.Contain($"the proxy http://{proxy.Uri.Authority} answered with 407").And.Contain("HTTPS_PROXY"));
            Assert.That(text, Does.Not.Contain("proxy-secret"));
        }
    }

    [Test]
    public async Task Plain_http_goes_through_HTTP_PROXY()
    {
        using var scratch = new ScratchDirectory();
        await using var server = await RegistryServer.StartAsync();
        await using var tunnels = new HttpProxy(new HttpProxyOptions { Names = new Dictionary<string, int> { [Name] = server.Port } });
        await using var forwards = new HttpProxy(new HttpProxyOptions { Names = new Dictionary<string, int> { [Name] = server.Port } });
        var environment = Environment(scratch);
        environment["HTTPS_PROXY"] = tunnels.Uri.AbsoluteUri;
        environment["HTTP_PROXY"] = forwards.Uri.AbsoluteUri;

        using var copy = ToolProcess.Start(environment, "copy", "--from", Source, "--to", $"type=registry,ref={Name}:5000/a/b:t,mode=max,registry.insecure=true");
        await copy.SucceedAsync();

        // The insecure option tries TLS first and finds in the tunnel that the registry uses HTTP.
        Assert.That(tunnels.Requests.Select(static r => r.Method).Distinct(), Is.EqualTo(new[] { "CONNECT" }));
        Assert.That(forwards.Requests.Select(static r => r.Method).Distinct(), Is.SupersetOf(new[] { "HEAD", "POST", "PUT" }).And.None.EqualTo("CONNECT"));
    }

    [TestCase("")]
    [TestCase("registry.example,test.example")]
    public async Task ALL_PROXY_serves_every_host_that_NO_PROXY_does_not_name(string exceptions)
    {
        using var scratch = new ScratchDirectory();
        await using var server = await RegistryServer.StartAsync();
        await using var proxy = new HttpProxy(new HttpProxyOptions { Names = new Dictionary<string, int> { [Name] = server.Port } });
        var environment = Environment(scratch);
        environment["ALL_PROXY"] = proxy.Uri.AbsoluteUri;
        environment["NO_PROXY"] = exceptions;

        using var tool = ToolProcess.Start(environment, "inspect", $"type=registry,ref={Name}/a/b:t,registry.insecure=true");
        var (exitCode, text) = await tool.EndAsync();

        Assert.That(exitCode, Is.EqualTo(3), text);
        Assert.That(proxy.Requests, Is.Not.Empty);
    }

    // Only the proxy knows the name, so without it every request fails, and the retries take their time.
    [TestCase("registry.example," + Name)]
    [TestCase(".test")]
    [Category("Slow")]
    public async Task A_host_in_NO_PROXY_goes_past_the_proxy(string exceptions)
    {
        using var scratch = new ScratchDirectory();
        await using var proxy = new HttpProxy(new HttpProxyOptions { Names = new Dictionary<string, int>() });
        var environment = Environment(scratch);
        environment["ALL_PROXY"] = proxy.Uri.AbsoluteUri;
        environment["NO_PROXY"] = exceptions;

        using var tool = ToolProcess.Start(environment, "inspect", $"type=registry,ref={Name}/a/b:t");
        var (exitCode, text) = await tool.EndAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exitCode, Is.EqualTo(1));
            Assert.That(text, Does.Contain("RC0502").And.Not.Contain("the proxy"));
            Assert.That(proxy.Requests, Is.Empty);
        }
    }

    [Test]
    public async Task Loopback_never_goes_through_the_proxy_of_the_environment()
    {
        using var scratch = new ScratchDirectory();
        await using var server = await RegistryServer.StartAsync();
        await using var proxy = new HttpProxy(new HttpProxyOptions { Names = new Dictionary<string, int>() });
        var environment = Environment(scratch);
        environment["ALL_PROXY"] = proxy.Uri.AbsoluteUri;

        using var copy = ToolProcess.Start(environment, "copy", "--from", Source, "--to", $"type=registry,ref=localhost:{server.Port}/a/b:t,mode=max");
        await copy.SucceedAsync();

        Assert.That(proxy.Requests, Is.Empty);
    }

    // Without the machine's proxy and credentials.
    private static Dictionary<string, string?> Environment(ScratchDirectory scratch, RegistryServer? server = null)
    {
        var environment = new Dictionary<string, string?> { ["DOCKER_CONFIG"] = scratch.Path, ["DOCKER_AUTH_CONFIG"] = null };
        foreach (var name in new[] { "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY" })
            environment[name] = environment[name.ToLowerInvariant()] = null;
        if (server?.Authority is not { } authority)
            return environment;
        File.WriteAllText(scratch["ca.pem"], authority.Certificate.ExportCertificatePem());
        environment["SSL_CERT_FILE"] = scratch["ca.pem"];
        var credential = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{RegistryServer.User}:{RegistryServer.Password}"));
        File.WriteAllText(scratch["config.json"], $$"""{"auths": {"{{Name}}": {"auth": "{{credential}}"} } }""");
        return environment;
    }
}
