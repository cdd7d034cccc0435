namespace RegistryCache.Oci.Credentials;

/// <summary>Gets credentials from a delegate.</summary>
internal sealed class DelegateCredentialProvider : CredentialProvider
{
    private readonly Func<string, string, CancellationToken, ValueTask<RegistryCredential?>> _find;

    public DelegateCredentialProvider(Func<string, string, CancellationToken, ValueTask<RegistryCredential?>> find)
    {
        ArgumentNullException.ThrowIfNull(find);
        _find = find;
    }

    public override async ValueTask<CredentialAnswer> GetCredentialAsync(
        string registry, string repository, CancellationToken cancellationToken = default) =>
        await _find(registry, repository, cancellationToken).ConfigureAwait(false) is { } credential
            ? new CredentialAnswer(credential, "the program")
            : CredentialAnswer.None;
}
