namespace RegistryCache.Oci.Credentials;

/// <summary>The answer of an <see cref="CredentialProvider"/> for one repository. Only <see cref="Credential"/> is secret.</summary>
/// <param name="Credential">The credential, or <see langword="null"/> for anonymous access.</param>
/// <param name="Source">The source of the credential, for messages: a file with its entry, or a variable. <see langword="null"/> without a
/// credential.</param>
internal sealed record CredentialAnswer(RegistryCredential? Credential, string? Source)
{
    /// <summary>An answer without a credential in which nothing was skipped.</summary>
    public static CredentialAnswer None { get; } = new(null, null);

    /// <summary>What could not be used and why, for messages. Default empty.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>The kind of credential and its source, without its content.</summary>
    public override string ToString() => Credential is null ? "no credential" : $"{Credential} from {Source}";
}
