namespace RegistryCache.Oci.Credentials;

/// <summary>Asks a delegate.</summary>
public sealed class DelegateCredentialProvider : ICredentialProvider
{
    private readonly Func<string, CancellationToken, ValueTask<RegistryCredential?>> _find;

    /// <summary>Creates the provider.</summary>
    /// <param name="find">Called with the host as used on the wire; <see langword="null"/> from it means anonymous. Must be thread-safe.</param>
    public DelegateCredentialProvider(Func<string, CancellationToken, ValueTask<RegistryCredential?>> find)
    {
        ArgumentNullException.ThrowIfNull(find);
        _find = find;
    }

    /// <inheritdoc/>
    public ValueTask<RegistryCredential?> GetCredentialAsync(string registry, CancellationToken cancellationToken) => _find(registry, cancellationToken);
}
