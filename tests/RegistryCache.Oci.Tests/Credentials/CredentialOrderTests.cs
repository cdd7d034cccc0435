using RegistryCache.Oci.Credentials;

namespace RegistryCache.Oci.Tests.Credentials;

/// <summary>Which of several credentials is used: by the repository, and by the order of the places.</summary>
public sealed class CredentialOrderTests
{
    private const string Teams = """{"auths":{"quay.example.test/team-a":{"auth":"YTpwYQ=="},"quay.example.test/team-b":{"auth":"YjpwYg=="}}}""";
    private LoginBench _bench = null!;

    [SetUp]
    public void Create() => _bench = new LoginBench();

    [TearDown]
    public void Remove() => _bench.Dispose();

    [TestCase("team-b/x", ExpectedResult = "b:pb")]
    [TestCase("team-a/x/y", ExpectedResult = "a:pa")]
    [TestCase("team-a", ExpectedResult = "a:pa")]
    [TestCase("team-ab/x", ExpectedResult = null)]
    [TestCase("team-c/x", ExpectedResult = null)]
    public async Task<string?> Case_c04b_a_namespace_of_Podman_belongs_to_its_repositories(string repository)
    {
        _bench.Write(".config/containers/auth.json", Teams);
        return await _bench.PairAsync("quay.example.test", repository);
    }

    [TestCase("a/b/c", ExpectedResult = "abc:1")]
    [TestCase("a/b/d", ExpectedResult = "ab:1")]
    [TestCase("a/x", ExpectedResult = "a:1")]
    [TestCase("x", ExpectedResult = "host:1")]
    public async Task<string?> The_longest_namespace_wins(string repository)
    {
        var entries = new[] { ("q", "host:1"), ("q/a", "a:1"), ("q/a/b/c", "abc:1"), ("q/a/b", "ab:1"), ("other/a/b/c", "no:1") };
        var members = entries.Select(static entry => $$"""
            "{{entry.Item1}}":{"auth":"{{LoginBench.Base64(entry.Item2)}}"}
            """);
        _bench.Write(".config/containers/auth.json", "{\"auths\":{" + string.Join(',', members) + "}}");
        return await _bench.PairAsync("q", repository);
    }

    [Test]
    public async Task Docker_takes_any_entry_of_the_host_when_none_fits_better()
    {
        _bench.Docker(Teams);
        Assert.That(await _bench.PairAsync("quay.example.test", "team-b/x"), Is.EqualTo("b:pb"));
        Assert.That(await _bench.PairAsync("quay.example.test", "team-c/x"), Is.EqualTo("a:pa"));
    }

    [Test]
    public async Task The_first_place_that_has_a_credential_wins()
    {
        string Entry(string user) => LoginBench.Entry("r", user + ":1");
        _bench.Variables["XDG_RUNTIME_DIR"] = Path.Combine(_bench.Home, "run");
        _bench.Variables["XDG_CONFIG_HOME"] = Path.Combine(_bench.Home, "cfg");
        _bench.Variables["DOCKER_CONFIG"] = Path.Combine(_bench.Home, "docker");
        _bench.Write(".docker/config.json", Entry("not-looked-at"));
        var places = new (string Name, Action Remove)[]
        {
            ("variable", () => _bench.Variables.Remove("DOCKER_AUTH_CONFIG")),
            ("named", () => _bench.Variables.Remove("REGISTRY_AUTH_FILE")),
            ("docker", () => _bench.Write("docker/config.json", "{}")),
            ("runtime", () => _bench.Write("run/containers/auth.json", "{}")),
            ("config", () => _bench.Write("cfg/containers/auth.json", "{}")),
        };
        _bench.Variables["DOCKER_AUTH_CONFIG"] = Entry("variable");
        _bench.Variables["REGISTRY_AUTH_FILE"] = _bench.Write("named.json", Entry("named"));
        _bench.Write("docker/config.json", Entry("docker"));
        _bench.Write("run/containers/auth.json", Entry("runtime"));
        _bench.Write("cfg/containers/auth.json", Entry("config"));
        foreach (var (name, remove) in places)
        {
            Assert.That(await _bench.PairAsync("r"), Is.EqualTo(name + ":1"));
            remove();
        }

        Assert.That(await _bench.PairAsync("r"), Is.Null);
    }

    [Test]
    public async Task The_answer_names_the_file_and_the_entry()
    {
        _bench.Docker(LoginBench.Entry("ghcr.io", "me:s3cr3t"));
        var answer = await _bench.AskAsync("ghcr.io");
        Assert.That(answer.Source, Does.Contain("'ghcr.io'").And.Contain(Path.Combine(_bench.Home, ".docker", "config.json")));
        Assert.That(answer.ToString(), Does.Not.Contain("s3cr3t"));
    }

    [Test]
    public async Task The_own_variables_hold_for_one_host_or_namespace_only()
    {
        var variables = new Dictionary<string, string> { ["REGISTRY_CACHE_HOST"] = "docker.io", ["REGISTRY_CACHE_USERNAME"] = "me", ["REGISTRY_CACHE_PASSWORD"] = "pw" };
        var provider = new EnvironmentCredentialProvider(variables.GetValueOrDefault);
        async Task<RegistryCredential?> AskAsync(string host, string repository) => await provider.GetCredentialAsync(host, repository, CancellationToken.None);

        Assert.That(await AskAsync("registry-1.docker.io", "a"), Is.EqualTo(RegistryCredential.FromPassword("me", "pw")));
        Assert.That(await AskAsync("ghcr.io", "a"), Is.Null);
        variables["REGISTRY_CACHE_TOKEN"] = "t";
        Assert.That(await AskAsync("docker.io", "a"), Is.EqualTo(RegistryCredential.FromRegistryToken("t")));
        variables["REGISTRY_CACHE_HOST"] = "ghcr.io/acme";
        Assert.That(await AskAsync("ghcr.io", "acme/app"), Is.Not.Null);
        Assert.That(await AskAsync("ghcr.io", "other/app"), Is.Null);
    }

    [TestCase("REGISTRY_CACHE_HOST", "REGISTRY_CACHE_USERNAME", "REGISTRY_CACHE_PASSWORD")]
    [TestCase("REGISTRY_CACHE_PASSWORD", "REGISTRY_CACHE_HOST", "REGISTRY_CACHE_USERNAME")]
    [TestCase("REGISTRY_CACHE_USERNAME", "REGISTRY_CACHE_HOST", "REGISTRY_CACHE_PASSWORD")]
    [TestCase("REGISTRY_CACHE_HOST", "REGISTRY_CACHE_TOKEN")]
    public async Task An_own_variable_that_misses_another_is_skipped_with_a_warning(string missing, params string[] set)
    {
        var logger = new RecordingLogger();
        var provider = new EnvironmentCredentialProvider(name => set.Contains(name) ? "value" : null, logger);
        var answer = await provider.FindAsync("value", "a", CancellationToken.None);
        Assert.That(answer.Credential, Is.Null);
        Assert.That(answer.Skipped.Single(), Does.Contain("without " + missing));
        Assert.That(logger.Warnings.Single(), Does.Contain(missing));
    }

    [Test]
    public async Task A_chain_takes_the_first_credential_and_keeps_what_was_skipped_before()
    {
        var chain = new ChainedCredentialProvider(
            CredentialProvider.Anonymous,
            new EnvironmentCredentialProvider(static name => name == "REGISTRY_CACHE_TOKEN" ? "x" : null),
            CredentialProvider.FromDelegate(static (host, repository, _) => ValueTask.FromResult(host == "a" && repository == "r" ? RegistryCredential.FromRegistryToken("first") : null)),
            CredentialProvider.FromMemory(new Dictionary<string, RegistryCredential> { ["a"] = RegistryCredential.FromRegistryToken("second"), ["b/ns"] = RegistryCredential.FromRegistryToken("third") }));
        async Task<string?> AskAsync(string host, string repository) => (await chain.GetCredentialAsync(host, repository, CancellationToken.None))?.RegistryToken;

        Assert.That(await AskAsync("a", "r"), Is.EqualTo("first"));
        Assert.That(await AskAsync("a", "s"), Is.EqualTo("second"));
        Assert.That(await AskAsync("b", "ns/x"), Is.EqualTo("third"));
        Assert.That(await AskAsync("b", "x"), Is.Null);
        Assert.That((await chain.FindAsync("a", "r", CancellationToken.None)).Skipped, Has.Count.EqualTo(1));
    }
}
