namespace RegistryCache.Oci;

/// <summary>What proves who we are to one registry. Immutable; nothing secret appears in <see cref="ToString"/>.</summary>
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

    /// <summary>A bearer token that the registry takes as it is, or <see langword="null"/>.</summary>
    public string? RegistryToken { get; }

    internal bool HasSecret => !string.IsNullOrEmpty(Password) || !string.IsNullOrEmpty(IdentityToken);

    /// <summary>User name and password.</summary>
    /// <param name="username">The user name.</param>
    /// <param name="password">The password or access key.</param>
    public static RegistryCredential FromPassword(string username, string password)
    {
        ArgumentException.ThrowIfNullOrEmpty(username);
        ArgumentNullException.ThrowIfNull(password);
        return new RegistryCredential(username, password, null, null);
    }

    /// <summary>An identity token, which the token server exchanges for access tokens.</summary>
    /// <param name="identityToken">The token.</param>
    public static RegistryCredential FromIdentityToken(string identityToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(identityToken);
        return new RegistryCredential(null, null, identityToken, null);
    }

    /// <summary>A bearer token that is sent to the registry as it is.</summary>
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
        RegistryToken is not null ? "registry token (redacted)" : IdentityToken is not null ? "identity token (redacted)" : "user name and password (redacted)";
}
