using System.Text;
using RegistryCache.Core.Errors;
using RegistryCache.Oci.Credentials;

namespace RegistryCache.Oci.Tests.Credentials;

/// <summary>Docker's configuration file and the variables beside it.</summary>
public sealed class DockerConfigTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("registry-cache-docker-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("ghcr.io", "ghcr.io", TestName = "A_host_finds_its_own_key")]
    [TestCase("https://ghcr.io/v2/", "ghcr.io", TestName = "A_host_finds_a_key_with_scheme_and_path")]
    [TestCase("https://index.docker.io/v1/", "registry-1.docker.io", TestName = "The_wire_host_of_Docker_Hub_finds_its_old_key")]
    [TestCase("localhost:5000", "localhost:5000", TestName = "A_port_is_part_of_the_host")]
    public async Task A_key_is_found(string key, string host) =>
        Assert.That(await FindAsync(host, $$$$"""{"auths":{"{{{{key}}}}":{"auth":"{{{{Base64("me:p:w\0\0")}}}}"}}}"""), Is.EqualTo(RegistryCredential.FromPassword("me", "p:w")));

    [TestCase("ghcr.io", "docker.io", TestName = "Another_host_is_anonymous")]
    [TestCase("docker.io", "registry-1.docker.io", TestName = "A_key_docker_io_is_not_the_key_of_Docker_Hub")]
    [TestCase("localhost", "localhost:5000", TestName = "Another_port_is_another_host")]
    public async Task A_key_is_not_found(string key, string host) =>
        Assert.That(await FindAsync(host, $$$$"""{"auths":{"{{{{key}}}}":{"auth":"{{{{Base64("me:pw")}}}}"}}}"""), Is.Null);

    [Test]
    public async Task Identity_and_registry_tokens_come_before_the_password()
    {
        var auth = Base64("me:pw");
        Assert.That(await FindAsync("r", $$$$"""{"auths":{"r":{"auth":"{{{{auth}}}}","identitytoken":"i"}}}"""), Is.EqualTo(RegistryCredential.FromIdentityToken("i")));
        Assert.That(await FindAsync("r", $$$$"""{"auths":{"r":{"auth":"{{{{auth}}}}","identitytoken":"i","registrytoken":"t"}}}"""), Is.EqualTo(RegistryCredential.FromRegistryToken("t")));
        Assert.That(await FindAsync("r", """{"auths":{"r":{"username":"me","password":"pw"}}}"""), Is.EqualTo(RegistryCredential.FromPassword("me", "pw")));
    }

    [TestCase("czNjcjN0", TestName = "No_colon_fails_the_file")]
    [TestCase("OnMzY3IzdA==", TestName = "No_user_fails_the_file")]
    [TestCase("s3cr3t!!", TestName = "No_base64_fails_the_file")]
    public void A_malformed_entry_fails_the_whole_file_without_quoting_it(string auth)
    {
        var error = Assert.ThrowsAsync<RegistryCacheException>(() => FindAsync("other", $$$$"""{"auths":{"r":{"auth":"{{{{auth}}}}"}}}"""));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.CredentialFailure));
        Assert.That(error.ToString(), Does.Not.Contain("s3cr3t").And.Not.Contain(auth));
    }

    [Test]
    public void A_file_that_is_not_JSON_is_an_error_without_its_content()
    {
        var error = Assert.ThrowsAsync<RegistryCacheException>(() => FindAsync("r", """{"auths": s3cr3t"""));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.CredentialFailure));
        Assert.That(error.ToString(), Does.Not.Contain("s3cr3t"));
    }

    [Test]
    public async Task No_file_means_anonymous() => Assert.That(await FindAsync("r", null), Is.Null);

    [Test]
    public async Task The_variable_wins_where_it_has_the_key_and_the_file_answers_otherwise()
    {
        var variable = $$$$"""{"auths":{"a":{"auth":"{{{{Base64("variable:1")}}}}"}}}""";
        var file = $$$$"""{"auths":{"a":{"auth":"{{{{Base64("file:2")}}}}"},"b":{"auth":"{{{{Base64("file:3")}}}}"}}}""";

        Assert.That(await FindAsync("a", file, variable), Is.EqualTo(RegistryCredential.FromPassword("variable", "1")));
        Assert.That(await FindAsync("b", file, variable), Is.EqualTo(RegistryCredential.FromPassword("file", "3")));
    }

    [TestCase("""{"auths":{"a":{"auth":"bWU6cHc=","identitytoken":"s3cr3t"}}}""")]
    [TestCase("""{"auths":{},"credsStore":"s3cr3t"}""")]
    [TestCase("s3cr3t")]
    public void The_variable_may_hold_nothing_else(string variable)
    {
        var error = Assert.ThrowsAsync<RegistryCacheException>(() => FindAsync("a", null, variable));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.CredentialFailure));
        Assert.That(error.ToString(), Does.Not.Contain("s3cr3t"));
    }

    [Test]
    public async Task The_own_variables_hold_for_one_host_only()
    {
        var variables = new Dictionary<string, string> { ["REGISTRY_CACHE_HOST"] = "docker.io", ["REGISTRY_CACHE_USERNAME"] = "me", ["REGISTRY_CACHE_PASSWORD"] = "pw" };
        var provider = new EnvironmentCredentialProvider(variables.GetValueOrDefault);

        Assert.That(await provider.GetCredentialAsync("registry-1.docker.io", CancellationToken.None), Is.EqualTo(RegistryCredential.FromPassword("me", "pw")));
        Assert.That(await provider.GetCredentialAsync("ghcr.io", CancellationToken.None), Is.Null);
        variables["REGISTRY_CACHE_TOKEN"] = "t";
        Assert.That(await provider.GetCredentialAsync("docker.io", CancellationToken.None), Is.EqualTo(RegistryCredential.FromRegistryToken("t")));
    }

    [Test]
    public async Task A_chain_takes_the_first_answer()
    {
        var chain = new ChainedCredentialProvider(
            AnonymousCredentialProvider.Instance,
            new DelegateCredentialProvider(static (host, _) => ValueTask.FromResult(host == "a" ? RegistryCredential.FromRegistryToken("first") : null)),
            new InMemoryCredentialProvider().Add("a", RegistryCredential.FromRegistryToken("second")).Add("b", RegistryCredential.FromRegistryToken("third")));

        Assert.That((await chain.GetCredentialAsync("a", CancellationToken.None))!.RegistryToken, Is.EqualTo("first"));
        Assert.That((await chain.GetCredentialAsync("b", CancellationToken.None))!.RegistryToken, Is.EqualTo("third"));
        Assert.That(await chain.GetCredentialAsync("c", CancellationToken.None), Is.Null);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private async Task<RegistryCredential?> FindAsync(string host, string? file, string? variable = null)
    {
        if (file is not null)
            await File.WriteAllTextAsync(Path.Combine(_folder, "config.json"), file);
        var provider = new DockerConfigCredentialProvider(new DockerConfigOptions
        {
            Variable = name => name switch
            {
                "DOCKER_CONFIG" => _folder,
                "DOCKER_AUTH_CONFIG" => variable,
                _ => null,
            },
        });
        return await provider.GetCredentialAsync(host, CancellationToken.None);
    }
}
