namespace RegistryCache.Oci.Credentials;

/// <summary>Asks several providers in order. The first credential wins. If a provider fails, the search ends with its error.</summary>
internal sealed class ChainedCredentialProvider(params IReadOnlyList<CredentialProvider> providers) : CredentialProvider
{
    internal override async ValueTask<CredentialAnswer> FindAsync(
        string registry, string repository, CancellationToken cancellationToken)
    {
        var skipped = new List<string>();
        foreach (var provider in providers)
        {
            var answer = await provider.FindAsync(registry, repository, cancellationToken).ConfigureAwait(false);
            skipped.AddRange(answer.Skipped);
            if (answer.Credential is not null)
                return answer with { Skipped = skipped };
        }

        return CredentialAnswer.None with { Skipped = skipped };
    }
}
