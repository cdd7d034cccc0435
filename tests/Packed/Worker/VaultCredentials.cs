using RegistryCache.Oci;

namespace Worker;

#region credentials
/// <summary>Credentials from a place of the application's own: here its configuration, elsewhere a vault.</summary>
internal sealed class VaultCredentials(IConfiguration configuration) : ICredentialProvider
{
    public ValueTask<RegistryCredential?> GetCredentialAsync(
        string registry, string repository, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(configuration["Vault:Password"] is { } password
            ? RegistryCredential.FromPassword("bot", password)
            : null);
}
#endregion
