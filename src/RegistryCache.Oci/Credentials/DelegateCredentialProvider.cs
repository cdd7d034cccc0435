namespace RegistryCache.Oci.Credentials;

/// <summary>Gets credentials from a delegate.</summary>
internal sealed class DelegateCredentialProvider(Func<string, string, CancellationToken, ValueTask<RegistryCredential?>> find)
    : CredentialProvider
{
    public override async ValueTask<CredentialAnswer> GetCredentialAsync(
        string registry, string repository, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(repository);
        return await find(registry, repository, cancellationToken).ConfigureAwait(false) is { } credential
            ? new CredentialAnswer(credential, "the program")
            : CredentialAnswer.None;
    }
}
