using System.Text;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Testing;

namespace RegistryCache.Cli.Tests.Remote;

/// <summary>The tool as a process of its own, with credentials in every place that it knows.</summary>
[Category("Integration")]
internal sealed class CredentialPlacesTests
{
    private static readonly string Good = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{TestAccount.User}:{TestAccount.Password}"));
    private static readonly string Bad = Convert.ToBase64String("someone:wrong-s3cr3t"u8);
    private TestRegistry _registry = null!;
    private ScratchDirectory _home = null!;

    [SetUp]
    public async Task Start()
    {
        _registry = await TestRegistry.StartAsync();
        await Tool.CopyAsync($"type=local,src={FixtureLayout.Open("min-gzip").Directory}", $"type=registry,ref={_registry.Host}/team/app:t");
        _home = new ScratchDirectory();
    }

    [TearDown]
    public async Task Stop()
    {
        _home.Dispose();
        await _registry.DisposeAsync();
    }

    /// <summary>Place, content (HOST, GOOD and BAD are replaced), words of a warning.</summary>
    [TestCase("DOCKER_AUTH_CONFIG", """{"auths":{"HOST":{"auth":"GOOD"}},"credHelpers":{"111122223333.dkr.ecr.eu-west-1.amazonaws.com":"ecr-login"}}""", "")]
    [TestCase("DOCKER_AUTH_CONFIG", """{"auths":{"HOST":{"auth":"GOOD"},"other":{"auth":"!"}}}""", "'other' is not base64")]
    [TestCase("REGISTRY_AUTH_FILE", """{"auths":{"HOST/other":{"auth":"BAD"},"HOST/team":{"auth":"GOOD"},"HOST":{"auth":"BAD"}}}""", "")]
    [TestCase("run/containers/auth.json", """{"auths":{"HOST/team":{"auth":"GOOD"}}}""", "")]
    [TestCase(".config/containers/auth.json", """{"auths":{"HOST/team/app":{"auth":"GOOD"},"HOST/team":{"auth":"BAD"}}}""", "")]
    [TestCase(".docker/config.json", """{"credsStore":"desktop","credHelpers":{"HOST":""},"auths":{"HOST":{"auth":"GOOD"}}}""", "")]
    [TestCase(".docker/config.json", """{"credsStore":"desktop","auths":{"HOST":{"auth":"GOOD"}}}""", "docker-credential-desktop")]
    [TestCase(".docker/config.json", """{"auths":{"HOST":{"auth":"GOOD"},"other":{"auth":7}}}""", "not a string")]
    public async Task A_credential_is_used_where_it_is(string place, string content, string warning)
    {
        content = content.Replace("HOST", _registry.Host, StringComparison.Ordinal).Replace("GOOD", Good, StringComparison.Ordinal).Replace("BAD", Bad, StringComparison.Ordinal);
        var (code, text) = await InspectAsync(place, content);
        Assert.That(code, Is.Zero, text);
        Assert.That(text.Split('\n').Count(line => line.StartsWith("warning: ", StringComparison.Ordinal)), Is.EqualTo(warning.Length == 0 ? 0 : 1), text);
        Assert.That(text, Does.Contain(warning).And.Not.Contain(TestRegistry.SecretMark));
    }

    [Test]
    public async Task The_own_variables_are_used_before_every_file()
    {
        var environment = Environment();
        Write(".docker/config.json", $$$$"""{"auths":{"{{{{_registry.Host}}}}":{"auth":"{{{{Bad}}}}"}}}""");
        environment["REGISTRY_CACHE_HOST"] = _registry.Host;
        environment["REGISTRY_CACHE_USERNAME"] = TestAccount.User;
        environment["REGISTRY_CACHE_PASSWORD"] = TestAccount.Password;
        var (code, text) = await InspectAsync(environment);
        Assert.That(code, Is.Zero, text);

        environment["REGISTRY_CACHE_HOST"] = null;
        (code, text) = await InspectAsync(environment);
        Assert.That(code, Is.EqualTo(1), text);
        Assert.That(text, Does.Contain("warning: ").And.Contain("REGISTRY_CACHE_USERNAME is set without REGISTRY_CACHE_HOST").And.Not.Contain(TestRegistry.SecretMark));
    }

    [TestCase("{", "No credentials were sent", "not JSON")]
    [TestCase("", "No credentials were sent", "")]
    [TestCase("""{"auths":{"HOST":{"auth":"BAD"}}}""", "were sent: user name and password from 'HOST' in ", "")]
    public async Task A_refusal_is_exit_code_1_and_says_what_was_sent_and_skipped(string content, string says, string skipped)
    {
        content = content.Replace("HOST", _registry.Host, StringComparison.Ordinal).Replace("BAD", Bad, StringComparison.Ordinal);
        var (code, text) = await InspectAsync(".docker/config.json", content);
        Assert.That(code, Is.EqualTo(1), text);
        Assert.That(text, Does.Contain("RC0503").And.Contain(says.Replace("HOST", _registry.Host, StringComparison.Ordinal)).And.Contain(skipped));
        Assert.That(text, Does.Not.Contain(TestRegistry.SecretMark).And.Not.Contain(Bad));
    }

    private Task<(int ExitCode, string Text)> InspectAsync(string place, string content)
    {
        var environment = Environment();
        if (place == "REGISTRY_AUTH_FILE")
            environment[place] = Write("named.json", content);
        else if (place.Contains('/', StringComparison.Ordinal))
            Write(place, content);
        else
            environment[place] = content;
        return InspectAsync(environment);
    }

    private async Task<(int ExitCode, string Text)> InspectAsync(Dictionary<string, string?> environment)
    {
        _registry.Reset(new TestRegistryOptions { Authentication = TestAccount.Basic }, keepContent: true);
        using var tool = ToolProcess.Start(environment, "inspect", $"type=registry,ref={_registry.Host}/team/app:t", "--verbose");
        return await tool.EndAsync();
    }

    private string Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_home[path])!);
        File.WriteAllText(_home[path], content);
        return _home[path];
    }

    private Dictionary<string, string?> Environment() => new()
    {
        ["HOME"] = _home.Path,
        ["XDG_RUNTIME_DIR"] = _home["run"],
        ["XDG_CONFIG_HOME"] = null,
        ["DOCKER_CONFIG"] = null,
        ["DOCKER_AUTH_CONFIG"] = null,
        ["REGISTRY_AUTH_FILE"] = null,
    };
}
