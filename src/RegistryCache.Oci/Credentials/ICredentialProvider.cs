namespace RegistryCache.Oci;

/// <summary>Provides the credentials of registries. Implementations must be thread-safe.</summary>
public interface ICredentialProvider
{
    /// <summary>Finds the credential for a repository and its source. An answer without a credential means anonymous access.</summary>
    /// <param name="registry">
    /// The host as used on the wire, with its port if it has one: <c>ghcr.io</c>, <c>registry-1.docker.io</c>.
    /// </param>
    /// <param name="repository">The path of the repository inside the registry: <c>acme/app</c>, <c>library/alpine</c>.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <exception cref="RegistryCacheException">The provider failed (<see cref="RegistryCacheErrorCode.CredentialFailure"/>).</exception>
    ValueTask<CredentialAnswer> GetCredentialAsync(string registry, string repository, CancellationToken cancellationToken);
}
