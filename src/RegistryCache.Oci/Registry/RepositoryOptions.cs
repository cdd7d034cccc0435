namespace RegistryCache.Oci;

/// <summary>Options for one repository.</summary>
public sealed class RepositoryOptions
{
    /// <summary>
    /// The parameter <c>registry.insecure</c>. Certificates are not checked. HTTPS is tried first. Plain HTTP is used from then on if
    /// the server answers in HTTP, if the TLS handshake times out, or if the connection is refused and the host has no port. Default
    /// <see langword="false"/>. Source: BuildKit util/resolver/resolver.go.
    /// </summary>
    public bool Insecure { get; init; }
}
