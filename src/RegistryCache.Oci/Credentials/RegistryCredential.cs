namespace RegistryCache.Oci;

/// <summary>A credential for one registry. Immutable. <see cref="ToString"/> shows no secrets.</summary>
public sealed class RegistryCredential : IEquatable<RegistryCredential>
{
    private RegistryCredential(string? username, string? password, string? identityToken, string? registryToken)
    {
        Username = username;
        Password = password;
        IdentityToken = identityToken;
        RegistryToken = registryToken;
    }

    /// <summary>The user name, or <see langword="null"/>.</summary>
    public string? Username { get; }

    /// <summary>The password or access key, or <see langword="null"/>.</summary>
    public string? Password { get; }

    /// <summary>A refresh token for the registry's token server, or <see langword="null"/>.</summary>
    public string? IdentityToken { get; }

    /// <summary>A bearer token that is sent to the registry unchanged, or <see langword="null"/>.</summary>
    public string? RegistryToken { get; }

    internal bool HasSecret => !string.IsNullOrEmpty(Password) || !string.IsNullOrEmpty(IdentityToken);

    /// <summary>Creates a credential from a user name and a password.</summary>
    /// <param name="username">The user name.</param>
    /// <param name="password">The password or access key.</param>
    public static RegistryCredential FromPassword(string username, string password)
    {
        ArgumentException.ThrowIfNullOrEmpty(username);
        ArgumentNullException.ThrowIfNull(password);
        return new RegistryCredential(username, password, null, null);
    }

    /// <summary>Creates a credential from an identity token, which the token server exchanges for access tokens.</summary>
    /// <param name="identityToken">The token.</param>
    public static RegistryCredential FromIdentityToken(string identityToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(identityToken);
        return new RegistryCredential(null, null, identityToken, null);
    }

    /// <summary>Creates a credential from a bearer token that is sent to the registry unchanged.</summary>
    /// <param name="registryToken">The token.</param>
    public static RegistryCredential FromRegistryToken(string registryToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(registryToken);
        return new RegistryCredential(null, null, null, registryToken);
    }

    /// <inheritdoc/>
    public bool Equals(RegistryCredential? other) =>
        other is not null && Username == other.Username && Password == other.Password
        && IdentityToken == other.IdentityToken && RegistryToken == other.RegistryToken;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RegistryCredential);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Username, Password, IdentityToken, RegistryToken);

    /// <summary>The kind of credential, without its content.</summary>
    public override string ToString() =>
        RegistryToken is not null ? "registry token (redacted)"
        : IdentityToken is not null ? "identity token (redacted)"
        : "user name and password (redacted)";
}
