using Microsoft.Extensions.Logging;
using RegistryCache.Oci.Credentials;

namespace RegistryCache.Oci;

/// <summary>The credentials of the usual places. <see cref="ICredentialProvider"/> is for a place of your own. Thread-safe.</summary>
public abstract class CredentialProvider : ICredentialProvider
{
    private protected CredentialProvider()
    {
    }

    /// <summary>No credentials: every registry is used anonymously.</summary>
    public static CredentialProvider Anonymous { get; } =
        FromDelegate(static (_, _, _) => ValueTask.FromResult<RegistryCredential?>(null));

    /// <inheritdoc/>
    public async ValueTask<RegistryCredential?> GetCredentialAsync(
        string registry, string repository, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(repository);
        return (await FindAsync(registry, repository, cancellationToken).ConfigureAwait(false)).Credential;
    }

    /// <summary>Finds the credential and says where it is from, and what was skipped.</summary>
    internal abstract ValueTask<CredentialAnswer> FindAsync(string registry, string repository, CancellationToken cancellationToken);

    /// <summary>The credentials that <c>docker login</c> and <c>podman login</c> stored. Places, in this order: <c>DOCKER_AUTH_CONFIG</c>;
    /// <c>REGISTRY_AUTH_FILE</c>; Docker's <c>config.json</c> in <c>DOCKER_CONFIG</c> or <c>~/.docker</c>; Podman's
    /// <c>containers/auth.json</c> in <c>XDG_RUNTIME_DIR</c>, then in <c>XDG_CONFIG_HOME</c> or <c>~/.config</c>. The first place that has
    /// a credential wins. Within one place the helper in <c>credHelpers</c> comes first, then the helper in <c>credsStore</c>, then the
    /// entry of <c>auths</c> with the longest path that matches the repository. Invalid parts and helpers that are not installed are
    /// skipped with a warning. Files are read at each look-up, so a new login takes effect at once.</summary>
    /// <param name="options">Where to look, or <see langword="null"/> for the usual places.</param>
    public static CredentialProvider FromLogin(LoginCredentialOptions? options = null) =>
        new LoginCredentialProvider(options ?? new LoginCredentialOptions());

    /// <summary>One credential for one registry from environment variables: <c>REGISTRY_CACHE_HOST</c>, <c>REGISTRY_CACHE_USERNAME</c>,
    /// <c>REGISTRY_CACHE_PASSWORD</c>, or <c>REGISTRY_CACHE_TOKEN</c> instead of the last two. The host can include a namespace:
    /// <c>ghcr.io/acme</c>. Without the host the variables are not used, and a warning is logged, because a password must not be sent to an
    /// arbitrary registry.</summary>
    /// <param name="variable">Reads a variable. <see langword="null"/> means the environment of the process.</param>
    /// <param name="logger">The logger for warnings. <see langword="null"/> means none.</param>
    public static CredentialProvider FromEnvironment(Func<string, string?>? variable = null, ILogger? logger = null) =>
        new EnvironmentCredentialProvider(variable, logger);

    /// <summary>Credentials from a delegate.</summary>
    /// <param name="find">Called with the host as used on the wire and the repository. It returns <see langword="null"/> for anonymous
    /// access. Must be thread-safe.</param>
    /// <param name="source">Where the credentials come from, for messages.</param>
    public static CredentialProvider FromDelegate(
        Func<string, string, CancellationToken, ValueTask<RegistryCredential?>> find, string source = "the program")
    {
        ArgumentNullException.ThrowIfNull(find);
        ArgumentException.ThrowIfNullOrEmpty(source);
        return new DelegateCredentialProvider(find, source);
    }

    /// <summary>Credentials that the program has itself.</summary>
    /// <param name="credentials">The credentials by host, with its port if it has one, and optionally a path: <c>ghcr.io</c>,
    /// <c>ghcr.io/acme</c>. The longest one that matches a repository is used. <c>docker.io</c> means Docker Hub.</param>
    public static CredentialProvider FromMemory(IReadOnlyDictionary<string, RegistryCredential> credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        var known = credentials.ToDictionary();
        return FromDelegate((registry, repository, _) =>
            ValueTask.FromResult(AuthKey.Best(known.Keys, registry, repository) is { } key ? known[key] : null));
    }

    /// <summary>Asks several providers in order. The first credential wins. If a provider fails, the search ends with its error.</summary>
    /// <param name="providers">The providers in the order in which they are asked.</param>
    public static CredentialProvider FirstOf(params IReadOnlyList<ICredentialProvider> providers)
    {
        ArgumentNullException.ThrowIfNull(providers);
        return new ChainedCredentialProvider([.. providers.Select(From)]);
    }

    /// <summary>A provider of ours, or one of a user under the name of its type.</summary>
    internal static CredentialProvider From(ICredentialProvider provider) =>
        provider as CredentialProvider ?? new DelegateCredentialProvider(provider.GetCredentialAsync, provider.GetType().Name);
}
