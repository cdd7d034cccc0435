using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Testing;

namespace RegistryCache.Cli.Tests.Remote;

/// <summary>A registry that repeats the password in every form: the tool never prints any part of it.</summary>
[Category("Integration")]
internal sealed class EchoedSecretTests
{
    [Test]
    public async Task The_report_and_standard_error_hold_no_form_of_the_password()
    {
        const string Password = TestAccount.Password;
        await using var registry = await TestRegistry.StartAsync(new TestRegistryOptions { Authentication = TestAccount.Basic });
        using var home = new ScratchDirectory();
        var environment = new Dictionary<string, string?>
        {
            ["HOME"] = home.Path,
            ["REGISTRY_CACHE_HOST"] = registry.Host,
            ["REGISTRY_CACHE_USERNAME"] = TestAccount.User,
            ["REGISTRY_CACHE_PASSWORD"] = Password,
        };
        var echo = string.Join(" ", SecretForms.All.Select(form => $"<<{form.Value(Password)}>>"));
        registry.Faults.Add("*", RequestKind.Any, new RegistryFault("echo")
        {
            Instead = request => !request.HasCredential
                ? RegistryAnswer.Error(401, "UNAUTHORIZED").With("WWW-Authenticate", "Basic realm=\"tests\"")
                : RegistryAnswer.Error(403, "DENIED", echo).With("X-Request-Id", SecretForms.All["in Base64"](Password)),
        }, count: int.MaxValue);

        using var copy = ToolProcess.Start(
            environment, "copy", "--from", $"type=local,src={FixtureLayout.Open("min-gzip").Directory}", "--to", $"type=registry,ref={registry.Host}/a/b:t,ignore-error=true", "--format", "json", "--verbose");
        var (_, text) = await copy.EndAsync();

        Assert.That(text, Does.Contain("RC0503").And.Contain("REDACTED").And.Contain("\"error\""));
        foreach (var (form, encode) in SecretForms.All)
            Assert.That(text, Does.Not.Contain(encode(Password)), form);
    }
}
