using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RegistryCache.Oci.Credentials;

/// <summary>See <see cref="CredentialProvider.FromEnvironment"/>.</summary>
internal sealed class EnvironmentCredentialProvider(Func<string, string?>? variable = null, ILogger? logger = null) : CredentialProvider
{
    private const string Host = "REGISTRY_CACHE_HOST";
    private const string User = "REGISTRY_CACHE_USERNAME";
    private const string Password = "REGISTRY_CACHE_PASSWORD";
    private const string Token = "REGISTRY_CACHE_TOKEN";

    private readonly Func<string, string?> _variable = variable ?? Environment.GetEnvironmentVariable;
    private readonly CredentialWarnings _warnings = new(logger ?? NullLogger.Instance);

    internal override ValueTask<CredentialAnswer> FindAsync(
        string registry, string repository, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(repository);
        return ValueTask.FromResult(Find(registry, repository));
    }

    private CredentialAnswer Find(string registry, string repository)
    {
        string[] set = [.. new[] { User, Password, Token }.Where(name => Value(name) is not null)];
        if (set.Length == 0)
            return CredentialAnswer.None;
        if (Value(Host) is not { } host)
            return Skip($"{set[0]} is set without {Host}: set {Host} to the registry that the credential is for");
        if (AuthKey.Best([host], registry, repository) is null)
            return CredentialAnswer.None with { Skipped = [$"{set[0]} is for {ErrorText.Quote(host)}"] };
        if (Value(Token) is { } token)
            return new CredentialAnswer(RegistryCredential.FromRegistryToken(token), Token);
        if (Value(User) is not { } user)
            return Skip($"{Password} is set without {User}");
        return Value(Password) is { } password
            ? new CredentialAnswer(RegistryCredential.FromPassword(user, password), $"{User} and {Password}")
            : Skip($"{User} is set without {Password}");
    }

    private CredentialAnswer Skip(string why)
    {
        _warnings.Write(why);
        return CredentialAnswer.None with { Skipped = [why] };
    }

    private string? Value(string name) => _variable(name) is { Length: > 0 } value ? value : null;
}
