using System.Collections.Concurrent;
using System.Net.Http.Headers;
using RegistryCache.Oci.Diagnostics;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Auth;

/// <summary>Authenticates to one registry: remembers its authentication scheme and answers its challenges. The scheme holds for the whole
/// registry, a credential for one repository.</summary>
#pragma warning disable CA1001 // The gate is never disposed, because a caller that waits for it would then wait without end.
internal sealed class Authenticator(
    string registry, CredentialProvider credentials, TokenCache cache, TokenClient tokens, RealmGuard guard, TransportSettings settings)
#pragma warning restore CA1001
{
    // BuildKit calls helpers again after this time. Short-lived cloud credentials live longer.
    private static readonly TimeSpan CredentialLifetime = TimeSpan.FromSeconds(290);

    private const int ManyRepositories = 256;

    private readonly SemaphoreSlim _credentialGate = new(1, 1);
    private volatile AuthChallenge? _challenge;
    private readonly ConcurrentDictionary<string, KnownCredential> _known = new(StringComparer.Ordinal);

    /// <summary>The header for a request, if it is known before the registry sends a challenge.</summary>
    public async Task<AuthenticationHeaderValue?> AuthorizeAsync(Uri registryUri, string repository, ScopeSet scopes,
        CancellationToken cancellationToken)
    {
        var challenge = _challenge;
        if (challenge is null)
        {
            var known = await KnownAsync(repository, cancellationToken).ConfigureAwait(false);
            return known.Answer.Credential?.RegistryToken is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
        }

        return await HeaderAsync(challenge, registryUri, repository, scopes, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Answers a 401.</summary>
    /// <returns>The header for the next attempt and its scopes, or <see langword="null"/> if there is no other header to try.</returns>
    public async Task<(AuthenticationHeaderValue Header, ScopeSet Scopes)?> AnswerAsync(
        HttpResponseMessage response, Uri registryUri, string repository, ScopeSet scopes, AuthenticationHeaderValue? sent,
        CancellationToken cancellationToken)
    {
        var lines = response.Headers.TryGetValues("WWW-Authenticate", out var values) ? values : [];
        var challenges = AuthChallengeParser.Parse(lines);
        var challenge = challenges.FirstOrDefault(c => c.IsBearer && !string.IsNullOrEmpty(c.Realm))
            ?? challenges.FirstOrDefault(c => c.IsBasic);
        if (challenge is null)
        {
            if (sent is null)
                (await KnownAsync(repository, cancellationToken).ConfigureAwait(false)).Withheld =
                    "the registry did not say how to send them (its answer has no WWW-Authenticate header with Bearer or Basic)";
            return null;
        }

        var asked = challenge.IsBearer ? ScopeSet.Parse(challenge.Scope) : ScopeSet.Empty;
        if (sent is not null && challenge.Error == "insufficient_scope" && scopes.Covers(asked))
            return null;
        if (sent is { Scheme: "Basic" } && challenge.IsBasic)
        {
            // The password may have changed since it was read, for example by a cloud's credential helper.
            var before = sent.Parameter;
            _known.TryRemove(repository, out _);
            var again = await HeaderAsync(challenge, registryUri, repository, scopes, null, cancellationToken).ConfigureAwait(false);
            return again is null || again.Parameter == before ? null : (again, scopes);
        }

        _challenge = challenge;
        var wanted = scopes.Union(asked);
        var header = await HeaderAsync(challenge, registryUri, repository, wanted, sent?.Parameter, cancellationToken)
            .ConfigureAwait(false);
        return header is null || (header.Parameter == sent?.Parameter && header.Scheme == sent?.Scheme) ? null : (header, wanted);
    }

    private async Task<AuthenticationHeaderValue?> HeaderAsync(
        AuthChallenge challenge, Uri registryUri, string repository, ScopeSet scopes, string? refused, CancellationToken cancellationToken)
    {
        var known = await KnownAsync(repository, cancellationToken).ConfigureAwait(false);
        var credential = known.Answer.Credential;
        known.Withheld = null;
        if (challenge.IsBasic)
        {
            if (credential is { Username: not null, Password: not null })
                return BasicHeader.Of(credential);
            known.Withheld = "the registry needs a user name and a password (Basic)";
            return null;
        }

        if (credential?.RegistryToken is { } registryToken)
            return new AuthenticationHeaderValue("Bearer", registryToken);

        var realm = RealmGuard.Check(registryUri, challenge.Realm!);
        if (credential is not null && !guard.IsTrusted(registryUri, realm))
        {
            var shown = settings.Secrets.RemoveFrom(realm.Authority);
            OciLog.UntrustedRealm(settings.Logger, registry, shown);
            known.Withheld = $"the token server {shown} is not trusted with them. If it is yours, add it to TrustedTokenHosts";
            credential = null;
        }

        var request = new TokenRequest(registry, realm, challenge.Service ?? "", scopes, credential);
        try
        {
            var token = await cache.GetAsync(request, refused, FetchAsync, cancellationToken).ConfigureAwait(false);
            return new AuthenticationHeaderValue("Bearer", token.Value);
        }
        catch (RegistryResponseException e) when (e.StatusCode is 401 or 403 && e.CredentialNote is null)
        {
            // The request is shared with other callers, whose credential may come from another source.
            throw e.With(known.Describe(registry, repository));
        }
    }

    /// <summary>Whether credentials were sent, their source and what was skipped; <see langword="null"/> if none were needed.</summary>
    public string? Describe(string repository) =>
        _known.TryGetValue(repository, out var known) ? known.Describe(registry, repository) : null;

    private async Task<AccessToken> FetchAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        var token = await tokens.FetchAsync(request, cancellationToken).ConfigureAwait(false);
        OciLog.TokenFetched(settings.Logger, registry, request.Scopes.Text);
        return token;
    }

    private async ValueTask<KnownCredential> KnownAsync(string repository, CancellationToken cancellationToken)
    {
        if (Fresh(repository) is { } cached)
            return cached;
        await _credentialGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Fresh(repository) is { } other)
                return other;
            var answer = await credentials.FindAsync(registry, repository, cancellationToken).ConfigureAwait(false);
            settings.Secrets.Add(answer.Credential);
            RemoveOld();
            return _known[repository] = new KnownCredential(answer, settings.Time.GetTimestamp());
        }
        catch (Exception e) when (e is not (OperationCanceledException or RegistryCacheException))
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.CredentialFailure, $"The credential provider failed for {registry} ({e.GetType().Name}).", e);
        }
        finally
        {
            _credentialGate.Release();
        }
    }

    // A process that runs for long meets many repositories.
    private void RemoveOld()
    {
        if (_known.Count < ManyRepositories)
            return;
        foreach (var repository in _known.Keys.Where(name => Fresh(name) is null))
            _known.TryRemove(repository, out _);
    }

    private KnownCredential? Fresh(string repository) =>
        _known.TryGetValue(repository, out var known) && settings.Time.GetElapsedTime(known.ReadAt) < CredentialLifetime ? known : null;
}
