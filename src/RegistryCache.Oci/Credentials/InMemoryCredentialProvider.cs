using System.Collections.Concurrent;

namespace RegistryCache.Oci.Credentials;

/// <summary>Credentials that the program supplies itself. Thread-safe.</summary>
internal sealed class InMemoryCredentialProvider : CredentialProvider
{
    private readonly ConcurrentDictionary<string, RegistryCredential> _credentials = new(StringComparer.Ordinal);

    /// <summary>Adds or replaces the credential of one registry, or of one namespace or repository in it.</summary>
    /// <param name="registry">The host, with its port if it has one, and optionally a path: <c>ghcr.io</c>, <c>ghcr.io/acme</c>. The
    /// longest one that matches a repository is used. <c>docker.io</c> means Docker Hub.</param>
    /// <param name="credential">The credential.</param>
    /// <returns>This provider.</returns>
    public InMemoryCredentialProvider Add(string registry, RegistryCredential credential)
    {
        ArgumentException.ThrowIfNullOrEmpty(registry);
        ArgumentNullException.ThrowIfNull(credential);
        _credentials[registry] = credential;
        return this;
    }

    public override ValueTask<CredentialAnswer> GetCredentialAsync(
        string registry, string repository, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(repository);
        return ValueTask.FromResult(AuthKey.Best(_credentials.Keys, registry, repository) is { } key
            ? new CredentialAnswer(_credentials[key], "the program")
            : CredentialAnswer.None);
    }
}
