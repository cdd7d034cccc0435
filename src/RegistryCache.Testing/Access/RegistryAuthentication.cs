namespace RegistryCache.Testing;

/// <summary>Who may use the registry. Sources: RFC 7617; distribution, spec/auth/token.md and spec/auth/oauth.md.</summary>
public sealed record RegistryAuthentication
{
    private RegistryAuthentication(RegistryAuthenticationKind kind, string user, string password)
    {
        Kind = kind;
        User = user;
        Password = password;
    }

    /// <summary>Everybody may do everything. This is the default.</summary>
    public static RegistryAuthentication Anonymous { get; } = new(RegistryAuthenticationKind.Anonymous, "", "");

    /// <summary>How clients prove who they are.</summary>
    public RegistryAuthenticationKind Kind { get; }

    /// <summary>The user name.</summary>
    public string User { get; }

    /// <summary>The password.</summary>
    public string Password { get; }

    /// <summary>A refresh token that the token server takes in place of the password. Default: none.</summary>
    public string? IdentityToken { get; init; }

    /// <summary>Whether the token server gives a token for pulls to clients without a credential. Default:
    /// <see langword="false"/>.</summary>
    public bool AllowsAnonymousPull { get; init; }

    /// <summary>How long tokens live, in whole seconds. Default: five minutes. <see langword="null"/> leaves <c>expires_in</c> out of the
    /// answer,
    /// which means one minute.</summary>
    public TimeSpan? TokenLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>User name and password with every request.</summary>
    /// <param name="user">The user name.</param>
    /// <param name="password">The password.</param>
    public static RegistryAuthentication Basic(string user, string password) => new(RegistryAuthenticationKind.Basic, user, password);

    /// <summary>Tokens of the registry's own token server, which takes a user name and a password. The registry checks the
    /// scopes.</summary>
    /// <param name="user">The user name.</param>
    /// <param name="password">The password.</param>
    public static RegistryAuthentication Bearer(string user, string password) => new(RegistryAuthenticationKind.Bearer, user, password);

    /// <summary>The kind and the user, never the password.</summary>
    public override string ToString() => Kind == RegistryAuthenticationKind.Anonymous ? "Anonymous" : $"{Kind} {User}";
}
