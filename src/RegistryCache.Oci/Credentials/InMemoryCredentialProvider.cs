using System.Collections.Concurrent;

namespace RegistryCache.Oci.Credentials;

/// <summary>Credentials that the program holds itself. Thread-safe.</summary>
public sealed class InMemoryCredentialProvider : ICredentialProvider
{
    private readonly ConcurrentDictionary<string, RegistryCredential> _credentials = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds or replaces the credential of one registry.</summary>
    /// <param name="registry">The host, with its port if it has one. <c>docker.io</c> stands for Docker Hub.</param>
    /// <param name="credential">The credential.</param>
    /// <returns>This provider.</returns>
    public InMemoryCredentialProvider Add(string registry, RegistryCredential credential)
    {
        ArgumentException.ThrowIfNullOrEmpty(registry);
        ArgumentNullException.ThrowIfNull(credential);
        _credentials[DockerHubKey.Normalize(registry)] = credential;
        return this;
    }

    /// <inheritdoc/>
    public ValueTask<RegistryCredential?> GetCredentialAsync(string registry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return ValueTask.FromResult(_credentials.GetValueOrDefault(DockerHubKey.Normalize(registry)));
    }
}
