using RegistryCache.Oci.Credentials;

namespace RegistryCache.Oci.Auth;

/// <summary>What a provider answered for one repository, and how it was used.</summary>
internal sealed class KnownCredential(CredentialAnswer answer, long readAt)
{
    private const int MaxSkipped = 8;

    public CredentialAnswer Answer { get; } = answer;

    public long ReadAt { get; } = readAt;

    /// <summary>Why the credential was not sent. <see langword="null"/> if it was sent.</summary>
    public string? Withheld { get; set; }

    public string Describe(string registry, string repository)
    {
        var name = $"{registry}/{ErrorText.Quote(repository)}";
        var kind = Answer.Credential switch
        {
            { RegistryToken: not null } => "a registry token",
            { IdentityToken: not null } => "an identity token",
            _ => "user name and password",
        };
        var sent = Answer.Credential is null
            ? $"No credentials were sent: none were found for {name}. Log in, "
                + "or set REGISTRY_CACHE_HOST, REGISTRY_CACHE_USERNAME and REGISTRY_CACHE_PASSWORD."
            : Withheld is { } why ? $"Credentials for {name} were found ({kind} from {Answer.Source}) but not sent: {why}."
            : $"Credentials for {name} were sent: {kind} from {Answer.Source}. Check them, or log in again.";
        if (Answer.Skipped.Count == 0)
            return sent;
        var more = Answer.Skipped.Count > MaxSkipped ? $"; and {Answer.Skipped.Count - MaxSkipped} more" : "";
        return $"{sent} Skipped: {string.Join("; ", Answer.Skipped.Take(MaxSkipped))}{more}.";
    }
}
