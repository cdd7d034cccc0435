namespace RegistryCache.Hosting;

/// <summary>The credential of one registry: a user's name with a password, or a token alone. Keep them out of files that others
/// read.</summary>
public sealed class CredentialSettings
{
    /// <summary>The host, with its port if it has one, and optionally a path: <c>ghcr.io</c>, <c>ghcr.io/acme</c>. <c>docker.io</c> means
    /// Docker Hub.</summary>
    public string? Registry { get; set; }

    /// <summary>The user's name.</summary>
    public string? Username { get; set; }

    /// <summary>The password, or an access token in its place.</summary>
    public string? Password { get; set; }

    /// <summary>An identity token, in place of name and password.</summary>
    public string? Token { get; set; }
}
