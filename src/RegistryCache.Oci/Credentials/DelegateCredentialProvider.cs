namespace RegistryCache.Oci.Credentials;

/// <summary>Gets credentials from a delegate.</summary>
internal sealed class DelegateCredentialProvider(
    Func<string, string, CancellationToken, ValueTask<RegistryCredential?>> find, string source) : CredentialProvider
{
    internal override async ValueTask<CredentialAnswer> FindAsync(
        string registry, string repository, CancellationToken cancellationToken) =>
        await find(registry, repository, cancellationToken).ConfigureAwait(false) is { } credential
            ? new CredentialAnswer(credential, source)
            : CredentialAnswer.None;
}
