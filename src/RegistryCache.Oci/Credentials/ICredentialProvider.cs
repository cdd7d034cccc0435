namespace RegistryCache.Oci;

/// <summary>Knows the credentials of registries. Implementations are thread-safe.</summary>
public interface ICredentialProvider
{
    /// <summary>The credential for a repository, with where it comes from; an answer without a credential means anonymous access.</summary>
    /// <param name="registry">The host as used on the wire, with its port if it has one: <c>ghcr.io</c>, <c>registry-1.docker.io</c>.</param>
    /// <param name="repository">The path of the repository inside the registry: <c>acme/app</c>, <c>library/alpine</c>.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <exception cref="RegistryCacheException">The source of credentials failed (<see cref="RegistryCacheErrorCode.CredentialFailure"/>).</exception>
    ValueTask<CredentialAnswer> GetCredentialAsync(string registry, string repository, CancellationToken cancellationToken);
}
