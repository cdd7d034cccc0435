namespace RegistryCache.Oci;

/// <summary>What an <see cref="ICredentialProvider"/> knows about one repository. Nothing in it but <see cref="Credential"/> is secret.</summary>
/// <param name="Credential">The credential, or <see langword="null"/> for anonymous access.</param>
/// <param name="Source">Where the credential comes from, for messages: a file with its entry, or a variable. <see langword="null"/> without a credential.</param>
public sealed record CredentialAnswer(RegistryCredential? Credential, string? Source)
{
    /// <summary>No credential, and nothing was skipped.</summary>
    public static CredentialAnswer None { get; } = new(null, null);

    /// <summary>What could not be used, and why, for messages. Default empty.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>The kind of credential and its source, without its content.</summary>
    public override string ToString() => Credential is null ? "no credential" : $"{Credential} from {Source}";
}
