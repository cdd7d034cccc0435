namespace RegistryCache.Oci;

/// <summary>Gets credentials from a delegate.</summary>
public sealed class DelegateCredentialProvider : ICredentialProvider
{
    private readonly Func<string, string, CancellationToken, ValueTask<RegistryCredential?>> _find;

    /// <summary>Creates the provider.</summary>
    /// <param name="find">
    /// Called with the host as used on the wire and the repository. It returns <see langword="null"/> for anonymous access. Must be
    /// thread-safe.
    /// </param>
    public DelegateCredentialProvider(Func<string, string, CancellationToken, ValueTask<RegistryCredential?>> find)
    {
        ArgumentNullException.ThrowIfNull(find);
        _find = find;
    }

    /// <inheritdoc/>
    public async ValueTask<CredentialAnswer> GetCredentialAsync(string registry, string repository, CancellationToken cancellationToken) =>
        await _find(registry, repository, cancellationToken).ConfigureAwait(false) is { } credential
            ? new CredentialAnswer(credential, "the program")
            : CredentialAnswer.None;
}
