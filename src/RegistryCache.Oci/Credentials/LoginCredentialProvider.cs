using RegistryCache.Oci.Credentials;

namespace RegistryCache.Oci;

/// <summary>
/// The credentials that <c>docker login</c> and <c>podman login</c> stored. Places, in this order: <c>DOCKER_AUTH_CONFIG</c>;
/// <c>REGISTRY_AUTH_FILE</c>; Docker's <c>config.json</c> in <c>DOCKER_CONFIG</c> or <c>~/.docker</c>; Podman's
/// <c>containers/auth.json</c> in <c>XDG_RUNTIME_DIR</c>, then in <c>XDG_CONFIG_HOME</c> or <c>~/.config</c>. The first place that has
/// a credential wins. Within one place the helper in <c>credHelpers</c> comes first, then the helper in <c>credsStore</c>, then the
/// entry of <c>auths</c> with the longest path that matches the repository. Invalid parts and helpers that are not installed are
/// skipped with a warning. Files are read at each look-up, so a new login takes effect at once. Thread-safe.
/// </summary>
public sealed class LoginCredentialProvider : ICredentialProvider
{
    private readonly LoginCredentialOptions _options;
    private readonly CredentialWarnings _warnings;

    /// <summary>Creates the provider.</summary>
    /// <param name="options">Where to look, or <see langword="null"/> for the usual places.</param>
    public LoginCredentialProvider(LoginCredentialOptions? options = null)
    {
        _options = options ?? new LoginCredentialOptions();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_options.HelperTimeout, TimeSpan.Zero, nameof(options));
        _warnings = new CredentialWarnings(_options.Logger);
    }

    /// <inheritdoc/>
    /// <exception cref="RegistryCacheException">
    /// A helper failed or its output is not a credential (<see cref="RegistryCacheErrorCode.CredentialFailure"/>).
    /// </exception>
    public async ValueTask<CredentialAnswer> GetCredentialAsync(string registry, string repository, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(registry);
        ArgumentNullException.ThrowIfNull(repository);
        var skipped = new List<string>();
        foreach (var place in AuthPlaces.Of(_options))
        {
            if (await place.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } file)
                continue;
            foreach (var problem in file.Problems)
                Skip(skipped, place, problem);
            if (await FindAsync(place, file, registry, repository, skipped, cancellationToken)
                .ConfigureAwait(false) is { Credential: not null } answer)
                return answer with { Skipped = skipped };
        }

        return CredentialAnswer.None with { Skipped = skipped };
    }

    private async ValueTask<CredentialAnswer?> FindAsync(
        AuthPlace place, AuthFile file, string registry, string repository, List<string> skipped, CancellationToken cancellationToken)
    {
        if (HelperOf(file, registry) is { Name.Length: > 0 } helper)
        {
            if (!place.UsesHelpers)
                Skip(skipped, place, $"{helper.Member} is ignored here, only auths is used");
            else
            {
                var process = new CredentialHelperProcess(helper.Name, _options);
                var (credential, unusable) = await process.GetAsync(AuthKey.HelperKey(registry), cancellationToken).ConfigureAwait(false);
                if (credential is not null)
                    return new CredentialAnswer(credential, $"{process.Program}, which {place.Name} names in {helper.Member}");
                if (unusable is null)
                {
                    // As in Docker, access is then anonymous, because an entry in the file may be older than the helper.
                    skipped.Add($"{process.Program} has no credential for {AuthKey.HelperKey(registry)}");
                    return null;
                }

                Skip(skipped, place, $"{process.Program}, named in {helper.Member}, {unusable}; the file's auths are used instead");
            }
        }

        var key = AuthKey.Best(file.Auths.Keys, registry, repository)
            ?? (place.IsDocker ? AuthKey.AnyOfHost(file.Auths.Keys, registry) : null);
        return key is null ? null : new CredentialAnswer(file.Auths[key], $"'{ErrorText.Quote(key)}' in {place.Name}");
    }

    // An empty name for one registry is explicit: its credential is in the file, even if other registries use a helper.
    private static (string Name, string Member) HelperOf(AuthFile file, string registry) =>
        AuthKey.OfHost(file.CredHelpers.Keys, registry) is { } key
        ? (file.CredHelpers[key], "credHelpers")
        : (file.CredsStore, "credsStore");

    private void Skip(List<string> skipped, AuthPlace place, string problem)
    {
        var text = $"{ErrorText.Quote(place.Name)}: {problem}";
        skipped.Add(text);
        _warnings.Write(text);
    }
}
