namespace RegistryCache.Oci.Credentials;

/// <summary>
/// One credential for one registry from environment variables: <c>REGISTRY_CACHE_HOST</c>, <c>REGISTRY_CACHE_USERNAME</c>,
/// <c>REGISTRY_CACHE_PASSWORD</c>, or <c>REGISTRY_CACHE_TOKEN</c> in place of the last two. Without the host there is no credential:
/// a password must not go to whichever registry happens to be named.
/// </summary>
public sealed class EnvironmentCredentialProvider : ICredentialProvider
{
    private readonly Func<string, string?> _variable;

    /// <summary>Creates the provider.</summary>
    /// <param name="variable">Reads a variable; <see langword="null"/> means the process's own environment.</param>
    public EnvironmentCredentialProvider(Func<string, string?>? variable = null) => _variable = variable ?? Environment.GetEnvironmentVariable;

    /// <inheritdoc/>
    public ValueTask<RegistryCredential?> GetCredentialAsync(string registry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var host = _variable("REGISTRY_CACHE_HOST");
        if (string.IsNullOrEmpty(host) || !string.Equals(DockerHubKey.Normalize(host), DockerHubKey.Normalize(registry), StringComparison.OrdinalIgnoreCase))
            return default;
        if (_variable("REGISTRY_CACHE_TOKEN") is { Length: > 0 } token)
            return ValueTask.FromResult<RegistryCredential?>(RegistryCredential.FromRegistryToken(token));
        return _variable("REGISTRY_CACHE_USERNAME") is { Length: > 0 } user
            ? ValueTask.FromResult<RegistryCredential?>(RegistryCredential.FromPassword(user, _variable("REGISTRY_CACHE_PASSWORD") ?? ""))
            : default;
    }
}
