namespace RegistryCache.Oci.Tests.Credentials;

/// <summary>What docker login and podman login stored: every form of it, whole and broken.</summary>
public sealed class LoginFileTests
{
    private const string Registry = "registry.example.test:5000";
    private LoginBench _bench = null!;

    [SetUp]
    public void Create() => _bench = new LoginBench();

    [TearDown]
    public void Remove() => _bench.Dispose();

    [TestCase("ghcr.io", "ghcr.io", ExpectedResult = "me:p:w")]
    [TestCase("GHCR.io", "ghcr.io", ExpectedResult = "me:p:w", TestName = "The_case_of_a_host_does_not_count")]
    [TestCase("https://ghcr.io/v2/", "ghcr.io", ExpectedResult = "me:p:w")]
    [TestCase("http://ghcr.io", "ghcr.io", ExpectedResult = "me:p:w")]
    [TestCase("ghcr.io/v1/", "ghcr.io", ExpectedResult = "me:p:w")]
    [TestCase("localhost:5000", "localhost:5000", ExpectedResult = "me:p:w")]
    [TestCase("https://index.docker.io/v1/", "registry-1.docker.io", ExpectedResult = "me:p:w")]
    [TestCase("index.docker.io", "registry-1.docker.io", ExpectedResult = "me:p:w")]
    [TestCase("docker.io", "registry-1.docker.io", ExpectedResult = "me:p:w")]
    [TestCase("docker.io", "docker.io", ExpectedResult = "me:p:w")]
    [TestCase("ghcr.io", "docker.io", ExpectedResult = null)]
    [TestCase("localhost", "localhost:5000", ExpectedResult = null)]
    [TestCase("evil-ghcr.io", "ghcr.io", ExpectedResult = null)]
    public async Task<string?> A_key_belongs_to_a_host(string key, string host)
    {
        _bench.Docker(LoginBench.Entry(key, "me:p:w\0\0"));
        return await _bench.PairAsync(host);
    }

    [Test]
    public async Task Docker_Hub_is_found_under_its_old_key_first()
    {
        _bench.Docker($$$$"""{"auths":{"docker.io":{"auth":"{{{{LoginBench.Base64("b:2")}}}}"},"https://index.docker.io/v1/access-token":{"auth":"{{{{LoginBench.Base64("c:3")}}}}"},"https://index.docker.io/v1/":{"auth":"{{{{LoginBench.Base64("a:1")}}}}"}}}""");
        Assert.That(await _bench.PairAsync("registry-1.docker.io"), Is.EqualTo("a:1"));
    }

    [Test]
    public async Task Identity_and_registry_tokens_come_before_the_password()
    {
        var auth = LoginBench.Base64("me:pw");
        Assert.That((await _bench.Docker($$$$"""{"auths":{"r":{"auth":"{{{{auth}}}}","identitytoken":"i"}}}""").AskAsync("r")).Credential, Is.EqualTo(RegistryCredential.FromIdentityToken("i")));
        Assert.That((await _bench.Docker($$$$"""{"auths":{"r":{"auth":"{{{{auth}}}}","identitytoken":"i","registrytoken":"t"}}}""").AskAsync("r")).Credential, Is.EqualTo(RegistryCredential.FromRegistryToken("t")));
        Assert.That((await _bench.Docker("""{"auths":{"r":{"username":"me","password":"pw"}}}""").AskAsync("r")).Credential, Is.EqualTo(RegistryCredential.FromPassword("me", "pw")));
    }

    /// <summary>Every invalid form, with a word of its warning. A valid entry of the same file is still used.</summary>
    [TestCase("", "", null, TestName = "Empty_file")]
    [TestCase(" \n", "", null, TestName = "Blank_file")]
    [TestCase("{", "not JSON", null, TestName = "Cut_off")]
    [TestCase("s3cr3t", "not JSON", null, TestName = "Not_JSON")]
    [TestCase("[]", "not a JSON object", null, TestName = "Not_an_object")]
    [TestCase("null", "not a JSON object", null, TestName = "Null")]
    [TestCase("""{"auths":["s3cr3t"],"credsStore":""}""", "auths is not an object", null, TestName = "Auths_of_another_type")]
    [TestCase("""{"auths":{"r":{"auth":"s3cr3t!!"},"registry.example.test:5000":{"auth":"dXNlcjpwdw=="}}}""", "base64", "user:pw", TestName = "Not_base64")]
    [TestCase("""{"auths":{"r":{"auth":"czNjcjN0"},"registry.example.test:5000":{"auth":"dXNlcjpwdw=="}}}""", "user:password", "user:pw", TestName = "No_colon")]
    [TestCase("""{"auths":{"r":{"auth":"OnMzY3IzdA=="},"registry.example.test:5000":{"auth":"dXNlcjpwdw=="}}}""", "user:password", "user:pw", TestName = "No_user")]
    [TestCase("""{"auths":{"r":{"auth":7},"registry.example.test:5000":{"auth":"dXNlcjpwdw=="}}}""", "not a string", "user:pw", TestName = "Auth_of_another_type")]
    [TestCase("""{"auths":{"r":"s3cr3t","registry.example.test:5000":{"auth":"dXNlcjpwdw=="}}}""", "not an object", "user:pw", TestName = "Entry_of_another_type")]
    [TestCase("""{"auths":{"r":null,"registry.example.test:5000":{"auth":"dXNlcjpwdw=="}}}""", "", "user:pw", TestName = "Entry_null")]
    [TestCase("""{"auths":{"registry.example.test:5000":{"auth":"s3cr3t!!","username":"user","password":"pw"}}}""", "base64", "user:pw", TestName = "Another_member_of_a_broken_entry")]
    [TestCase("""{"auths":{"r":{"auth":"\ud800"},"registry.example.test:5000":{"auth":"dXNlcjpwdw=="}}}""", "Unicode", "user:pw", TestName = "Half_a_surrogate_pair")]
    [TestCase("""{"auths":{"registry.example.test:5000":{"auth":"dXNlcjpwdw=="}},"credHelpers":7}""", "credHelpers", "user:pw", TestName = "Helpers_of_another_type")]
    [TestCase("""{"auths":{"registry.example.test:5000":{"auth":"dXNlcjpwdw=="}},"credHelpers":{"registry.example.test:5000":null}}""", "", "user:pw", TestName = "Helper_null")]
    [TestCase("""{"auths":{"registry.example.test:5000":{"auth":"dXNlcjpwdw=="}},"credsStore":{}}""", "credsStore", "user:pw", TestName = "Store_of_another_type")]
    [TestCase("""{"auths":{"registry.example.test:5000":{"auth":"dXNlcjpwdw=="}},"credsStore":"../x"}""", "plain file name", "user:pw", TestName = "Helper_with_a_path")]
    [TestCase("""{"auths":{"registry.example.test:5000":{"auth":"dXNlcjpwdw=="},},} // s3cr3t""", "", "user:pw", TestName = "Commas_and_comments")]
    [TestCase("""{"HttpHeaders":{},"proxies":{},"auths":{"registry.example.test:5000":{"auth":"dXNlcjpwdw==","email":"x"}},"unknown":[1]}""", "", "user:pw", TestName = "Members_that_do_not_concern_us")]
    [TestCase("""{"credsStore":"desktop","credHelpers":{"registry.example.test:5000":""},"auths":{"registry.example.test:5000":{"auth":"dXNlcjpwdw=="}}}""", "", "user:pw", TestName = "Case_c02_an_empty_helper_name_means_the_file")]
    [TestCase("""{"credsStore":"desktop","auths":{"registry.example.test:5000":{"auth":"dXNlcjpwdw=="}}}""", "not installed", "user:pw", TestName = "Case_c03_the_helper_is_not_installed")]
    public async Task What_is_broken_is_named_and_the_rest_is_used(string content, string warning, string? pair)
    {
        foreach (var place in new[] { "file", "podman", "variable" })
        {
            using var bench = new LoginBench();
            if (place == "file")
                bench.Docker(content);
            else if (place == "podman")
                bench.Variables["REGISTRY_AUTH_FILE"] = bench.Write("auth.json", content);
            else
                bench.Variables["DOCKER_AUTH_CONFIG"] = content;
            var answer = await bench.AskAsync(Registry);
            var found = answer.Credential is { } credential ? $"{credential.Username}:{credential.Password}" : null;
            using (Assert.EnterMultipleScope())
            {
                Assert.That(found, Is.EqualTo(pair), place);
                Assert.That(bench.Logger.Warnings.Count(), Is.EqualTo(answer.Skipped.Count), place);
                if (place != "variable" || !content.Contains("credsStore", StringComparison.Ordinal) || content.Contains("\"credsStore\":{}", StringComparison.Ordinal))
                    Assert.That(answer.Skipped.Count, Is.EqualTo(warning.Length == 0 ? 0 : 1), $"{place}: {string.Join("; ", answer.Skipped)}");
                if (place != "variable" && warning.Length > 0)
                    Assert.That(bench.Logger.Warnings.Single(), Does.Contain(warning));
                Assert.That(string.Join('\n', bench.Logger.All.Concat(answer.Skipped)), Does.Not.Contain("s3cr3t").And.Not.Contain("czNjcjN0").And.Not.Contain("dXNlcjpwdw"));
            }
        }
    }

    [Test]
    public async Task Case_c01_the_variable_of_GitLab_is_used_for_auths_and_the_rest_is_skipped()
    {
        _bench.Variables["DOCKER_AUTH_CONFIG"] = """{ "auths": { "registry.example.test:5000": { "auth": "dXNlcjpwdw==" } }, "credHelpers": { "111122223333.dkr.ecr.eu-west-1.amazonaws.com": "ecr-login" } }""";
        Assert.That(await _bench.PairAsync(Registry), Is.EqualTo("user:pw"));
        Assert.That(_bench.Logger.Warnings, Is.Empty);
        var other = await _bench.AskAsync("111122223333.dkr.ecr.eu-west-1.amazonaws.com");
        Assert.That(other.Credential, Is.Null);
        Assert.That(other.Skipped, Has.Count.EqualTo(1).And.All.Contains("DOCKER_AUTH_CONFIG").And.All.Contains("credHelpers"));
        Assert.That(_bench.Logger.Warnings.ToList(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_file_that_cannot_be_read_is_skipped()
    {
        Directory.CreateDirectory(Path.Combine(_bench.Home, ".docker", "config.json"));
        _bench.Variables["REGISTRY_AUTH_FILE"] = Path.Combine(_bench.Home, "none");
        _bench.Write(".config/containers/auth.json", LoginBench.Entry(Registry, "user:pw"));
        var answer = await _bench.AskAsync(Registry);
        Assert.That(answer.Credential?.Username, Is.EqualTo("user"));
        Assert.That(answer.Skipped, Has.Count.EqualTo(2));
        Assert.That(string.Join('\n', answer.Skipped), Does.Contain("does not exist").And.Contain("directory"));
    }

    [Test]
    public async Task A_warning_is_written_once()
    {
        _bench.Docker("{");
        var provider = _bench.Provider();
        for (var i = 0; i < 3; i++)
            await provider.GetCredentialAsync(Registry, "a/b", CancellationToken.None);
        Assert.That(_bench.Logger.Warnings.Count(), Is.EqualTo(1));
    }
}
