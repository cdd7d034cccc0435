namespace RegistryCache.Testing;

/// <summary>How clients prove who they are.</summary>
public enum RegistryAuthenticationKind
{
    /// <summary>Everybody may do everything.</summary>
    Anonymous,

    /// <summary>User name and password with every request.</summary>
    Basic,

    /// <summary>Tokens of the registry's own token server.</summary>
    Bearer,
}
