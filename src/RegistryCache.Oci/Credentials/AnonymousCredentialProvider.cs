namespace RegistryCache.Oci;

/// <summary>Knows no credentials: every registry is used anonymously.</summary>
public sealed class AnonymousCredentialProvider : ICredentialProvider
{
    private AnonymousCredentialProvider()
    {
    }

    /// <summary>The one instance.</summary>
    public static AnonymousCredentialProvider Instance { get; } = new();

    /// <inheritdoc/>
    public ValueTask<CredentialAnswer> GetCredentialAsync(string registry, string repository, CancellationToken cancellationToken) =>
        ValueTask.FromResult(CredentialAnswer.None);
}
