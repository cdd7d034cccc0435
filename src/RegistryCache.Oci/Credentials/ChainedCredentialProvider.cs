namespace RegistryCache.Oci;

/// <summary>Asks several providers in order. The first credential wins. If a provider fails, the search ends with its error.</summary>
public sealed class ChainedCredentialProvider : ICredentialProvider
{
    private readonly ICredentialProvider[] _providers;

    /// <summary>Creates the chain.</summary>
    /// <param name="providers">The providers in the order in which they are asked.</param>
    public ChainedCredentialProvider(params IReadOnlyList<ICredentialProvider> providers)
    {
        ArgumentNullException.ThrowIfNull(providers);
        _providers = [.. providers];
    }

    /// <inheritdoc/>
    public async ValueTask<CredentialAnswer> GetCredentialAsync(string registry, string repository, CancellationToken cancellationToken)
    {
        var skipped = new List<string>();
        foreach (var provider in _providers)
        {
            var answer = await provider.GetCredentialAsync(registry, repository, cancellationToken).ConfigureAwait(false);
            skipped.AddRange(answer.Skipped);
            if (answer.Credential is not null)
                return answer with { Skipped = skipped };
        }

        return CredentialAnswer.None with { Skipped = skipped };
    }
}
