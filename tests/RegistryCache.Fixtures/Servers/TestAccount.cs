using System.Text;
using RegistryCache.Testing;

namespace RegistryCache.Fixtures.Servers;

/// <summary>The user of registries in tests. Every secret contains <see cref="TestRegistry.SecretMark"/>.</summary>
public static class TestAccount
{
    public const string User = "cache";
    public const string Password = "password-" + TestRegistry.SecretMark;
    public const string IdentityToken = "identity-" + TestRegistry.SecretMark;

    public static string BasicHeader { get; } = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));

    public static RegistryAuthentication Basic { get; } = RegistryAuthentication.Basic(User, Password);

    public static RegistryAuthentication Bearer { get; } = RegistryAuthentication.Bearer(User, Password) with { IdentityToken = IdentityToken, AllowsAnonymousPull = true };

    public static RegistryAuthentication Of(RegistryAuthenticationKind kind) => kind switch
    {
        RegistryAuthenticationKind.Basic => Basic,
        RegistryAuthenticationKind.Bearer => Bearer,
        _ => RegistryAuthentication.Anonymous,
    };
}
