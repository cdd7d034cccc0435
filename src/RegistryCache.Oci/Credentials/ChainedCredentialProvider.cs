namespace RegistryCache.Oci.Credentials;

/// <summary>Asks several providers in order; the first answer wins. A provider that fails ends the search.</summary>
public sealed class ChainedCredentialProvider : ICredentialProvider
{
    private readonly ICredentialProvider[] _providers;

    /// <summary>Creates the chain.</summary>
    /// <param name="providers">The providers, the one to ask first in front.</param>
    public ChainedCredentialProvider(params IReadOnlyList<ICredentialProvider> providers)
    {
        ArgumentNullException.ThrowIfNull(providers);
        _providers = [.. providers];
    }

    /// <inheritdoc/>
    public async ValueTask<RegistryCredential?> GetCredentialAsync(string registry, CancellationToken cancellationToken)
    {
        foreach (var provider in _providers)
        {
            if (await provider.GetCredentialAsync(registry, cancellationToken).ConfigureAwait(false) is { } credential)
                return credential;
        }

        return null;
    }
}
