namespace RegistryCache.Oci.Credentials;

/// <summary>See <see cref="CredentialProvider.FromLogin"/>.</summary>
internal sealed class LoginCredentialProvider(LoginCredentialOptions options) : CredentialProvider
{
    private readonly CredentialWarnings _warnings = new(options.Logger);

    internal override async ValueTask<CredentialAnswer> FindAsync(
        string registry, string repository, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(registry);
        ArgumentNullException.ThrowIfNull(repository);
        var skipped = new List<string>();
        foreach (var place in AuthPlaces.Of(options))
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
                var process = new CredentialHelperProcess(helper.Name, options);
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
