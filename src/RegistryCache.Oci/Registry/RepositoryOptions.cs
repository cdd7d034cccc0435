namespace RegistryCache.Oci;

/// <summary>What can be chosen per repository.</summary>
public sealed class RepositoryOptions
{
    /// <summary>
    /// The parameter <c>registry.insecure</c>: certificates are not checked, HTTPS is tried first, and plain HTTP is used from then on
    /// when the peer answers in HTTP, when the TLS handshake times out, or (only if the host names no port) when the connection is
    /// refused. Default <see langword="false"/>. Source: BuildKit util/resolver/resolver.go.
    /// </summary>
    public bool Insecure { get; init; }
}
