namespace RegistryCache.Oci;

/// <summary>Knows the credentials of registries. Implement it for a place of your own, such as a vault; <see cref="CredentialProvider"/>
/// has those for the usual places. Must be thread-safe.</summary>
public interface ICredentialProvider
{
    /// <summary>Finds the credential for a repository; <see langword="null"/> means anonymous access.</summary>
    /// <param name="registry">The host as used on the wire, with its port if it has one: <c>ghcr.io</c>,
    /// <c>registry-1.docker.io</c>.</param>
    /// <param name="repository">The path of the repository inside the registry: <c>acme/app</c>, <c>library/alpine</c>.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <exception cref="RegistryCacheException">The provider failed (<see cref="RegistryCacheErrorCode.CredentialFailure"/>). Any other
    /// exception is wrapped in one.</exception>
    ValueTask<RegistryCredential?> GetCredentialAsync(string registry, string repository, CancellationToken cancellationToken = default);
}
