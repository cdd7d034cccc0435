namespace RegistryCache.Fixtures.Servers;

/// <summary>How a <see cref="RegistryServer"/> speaks and whom it lets in.</summary>
public sealed class RegistryServerOptions
{
    /// <summary>TLS with a certificate of a private authority, and a user with a password.</summary>
    public bool HtpasswdTls { get; init; }

    /// <summary>TLS with a certificate of a private authority; clients must show a certificate of this one.</summary>
    public TestCertificateAuthority? ClientAuthority { get; init; }

    /// <summary>Nothing can be deleted, which is the server's own default.</summary>
    public bool RefusesDeletion { get; init; }

    /// <summary>Tokens of this server are needed.</summary>
    public TokenServer? TokenServer { get; init; }
}
