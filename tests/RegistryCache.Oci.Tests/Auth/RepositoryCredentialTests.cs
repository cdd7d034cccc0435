using RegistryCache.Fixtures.Servers;
using RegistryCache.Oci.Tests.Credentials;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Auth;

/// <summary>Credentials of single repositories on one host, and what a refusal says about them.</summary>
public sealed class RepositoryCredentialTests
{
    private const string Secret = "wrong-" + TestRegistry.SecretMark;
    private TestRegistry _registry = null!;

    [OneTimeSetUp]
    public async Task Start() => _registry = await TestRegistry.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _registry.DisposeAsync();

    [TestCase(RegistryAuthenticationKind.Basic)]
    [TestCase(RegistryAuthenticationKind.Bearer)]
    public async Task Each_repository_of_a_host_is_read_with_its_own_credential(RegistryAuthenticationKind auth)
    {
        _registry.Reset(new TestRegistryOptions { Authentication = TestAccount.Of(auth) });
        var credentials = CredentialProvider.FromMemory(new Dictionary<string, RegistryCredential>
        {
            [_registry.Host + "/good"] = RegistryCredential.FromPassword(TestAccount.User, TestAccount.Password),
            [_registry.Host + "/bad"] = RegistryCredential.FromPassword("someone", Secret),
        });
        await using var client = new RegistryClient(new RegistryClientOptions { Credentials = credentials });
        for (var round = 0; round < 2; round++)
        {
            // The token of the good credential must not be used for the bad one, in either order.
            Assert.That(await TagsAsync(client, "good/app"), Is.Empty);
            var error = Assert.ThrowsAsync<RegistryResponseException>(() => TagsAsync(client, "bad/app"));
            Assert.That(error!.StatusCode, Is.EqualTo(401));
            Assert.That(error.ToString(), Does.Not.Contain(TestRegistry.SecretMark));
            Assert.That(await TagsAsync(client, "good/app"), Is.Empty);
        }
    }

    [TestCase(RegistryAuthenticationKind.Basic)]
    [TestCase(RegistryAuthenticationKind.Bearer)]
    public async Task A_refusal_says_that_credentials_were_sent_and_which_file_they_are_from(RegistryAuthenticationKind auth)
    {
        using var bench = new LoginBench();
        bench.Docker($$$$"""{"auths":{"{{{{_registry.Host}}}}":{"auth":"{{{{LoginBench.Base64("cache:" + Secret)}}}}"},"other":{"auth":"!"}}}""");
        var error = await RefusalAsync(auth, bench.Provider());
        Assert.That(error.Message, Does.Contain("were sent").And.Contain("user name and password").And.Contain($"'{_registry.Host}' in ").And.Contain(".docker/config.json"));
        Assert.That(error.Message, Does.Contain("Skipped: ").And.Contain("'other' is not base64"));
        Assert.That(error.CredentialNote, Is.Not.Null);
        Assert.That(error.ToString(), Does.Not.Contain(TestRegistry.SecretMark));
    }

    [Test]
    public async Task A_refusal_says_that_no_credentials_were_sent_and_what_was_skipped()
    {
        using var bench = new LoginBench();
        bench.Docker("""{"credsStore":"desktop"}""");
        var error = await RefusalAsync(RegistryAuthenticationKind.Basic, bench.Provider());
        Assert.That(error.Message, Does.Contain("No credentials were sent").And.Contain(_registry.Host + "/acme/app"));
        Assert.That(error.Message, Does.Contain("docker-credential-desktop").And.Contain("not installed"));
    }

    [Test]
    public async Task A_refusal_says_why_credentials_that_are_there_were_not_sent()
    {
        var basic = await RefusalAsync(RegistryAuthenticationKind.Basic, CredentialProvider.FromMemory(new Dictionary<string, RegistryCredential> { [_registry.Host] = RegistryCredential.FromIdentityToken(Secret) }));
        Assert.That(basic.Message, Does.Contain("but not sent").And.Contain("an identity token").And.Contain("Basic"));
        Assert.That(basic.ToString(), Does.Not.Contain(TestRegistry.SecretMark));
    }

    private async Task<List<string>> TagsAsync(RegistryClient client, string repository)
    {
        var tags = new List<string>();
        await foreach (var tag in client.OpenRepository(_registry.Host, repository).ListTagsAsync())
            tags.Add(tag);
        return tags;
    }

    private async Task<RegistryResponseException> RefusalAsync(RegistryAuthenticationKind auth, CredentialProvider credentials)
    {
        _registry.Reset(new TestRegistryOptions { Authentication = TestAccount.Of(auth) });
        await using var client = new RegistryClient(new RegistryClientOptions { Credentials = credentials });
        return Assert.ThrowsAsync<RegistryResponseException>(() => TagsAsync(client, "acme/app"))!;
    }
}
