namespace RegistryCache.Oci.Credentials;

/// <summary>Knows the credentials of registries. Implementations are thread-safe.</summary>
public interface ICredentialProvider
{
    /// <summary>The credential for a registry, or <see langword="null"/> for anonymous access.</summary>
    /// <param name="registry">The host as used on the wire, with its port if it has one: <c>ghcr.io</c>, <c>registry-1.docker.io</c>.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <exception cref="Core.Errors.RegistryCacheException">The source of credentials is broken (<see cref="Core.Errors.RegistryCacheErrorCode.CredentialFailure"/>).</exception>
    ValueTask<RegistryCredential?> GetCredentialAsync(string registry, CancellationToken cancellationToken);
}
