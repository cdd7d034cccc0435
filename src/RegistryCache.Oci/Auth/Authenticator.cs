using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using RegistryCache.Core.Errors;
using RegistryCache.Oci.Credentials;
using RegistryCache.Oci.Diagnostics;

namespace RegistryCache.Oci.Auth;

/// <summary>Speaks for us to one registry: remembers how it wants to be talked to and answers its challenges.</summary>
internal sealed class Authenticator(
    string registry, ICredentialProvider credentials, TokenCache cache, TokenClient tokens, RealmGuard guard, ILogger logger, TimeProvider time) : IDisposable
{
    // BuildKit reads helpers again after this time; short-lived credentials of clouds live longer.
    private static readonly TimeSpan CredentialLifetime = TimeSpan.FromSeconds(290);

    private readonly SemaphoreSlim _credentialGate = new(1, 1);
    private volatile AuthChallenge? _challenge;
    private CachedCredential? _credential;

    /// <summary>The header for a request, as far as it is known before the registry asks.</summary>
    public async Task<AuthenticationHeaderValue?> AuthorizeAsync(Uri registryUri, ScopeSet scopes, CancellationToken cancellationToken)
    {
        var challenge = _challenge;
        if (challenge is null)
        {
            var credential = await CredentialAsync(cancellationToken).ConfigureAwait(false);
            return credential?.RegistryToken is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
        }

        return await HeaderAsync(challenge, registryUri, scopes, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Answers a 401.</summary>
    /// <returns>The header for the next attempt with the scopes it stands for, or <see langword="null"/> when there is nothing better to offer.</returns>
    public async Task<(AuthenticationHeaderValue Header, ScopeSet Scopes)?> AnswerAsync(
        HttpResponseMessage response, Uri registryUri, ScopeSet scopes, AuthenticationHeaderValue? sent, CancellationToken cancellationToken)
    {
        var lines = response.Headers.TryGetValues("WWW-Authenticate", out var values) ? values : [];
        var challenges = AuthChallengeParser.Parse(lines);
        var challenge = challenges.FirstOrDefault(c => c.IsBearer && !string.IsNullOrEmpty(c.Realm)) ?? challenges.FirstOrDefault(c => c.IsBasic);
        if (challenge is null)
            return null;
        var asked = challenge.IsBearer ? ScopeSet.Parse(challenge.Scope) : ScopeSet.Empty;
        if (sent is not null && challenge.Error == "insufficient_scope" && scopes.Covers(asked))
            return null;
        if (sent is { Scheme: "Basic" } && challenge.IsBasic)
        {
            // The password may have been changed since it was read, for example by a helper of a cloud.
            var before = sent.Parameter;
            _credential = null;
            var again = await HeaderAsync(challenge, registryUri, scopes, null, cancellationToken).ConfigureAwait(false);
            return again is null || again.Parameter == before ? null : (again, scopes);
        }

        _challenge = challenge;
        var wanted = scopes.Union(asked);
        var header = await HeaderAsync(challenge, registryUri, wanted, sent?.Parameter, cancellationToken).ConfigureAwait(false);
        return header is null || (header.Parameter == sent?.Parameter && header.Scheme == sent?.Scheme) ? null : (header, wanted);
    }

    public void Dispose() => _credentialGate.Dispose();

    private async Task<AuthenticationHeaderValue?> HeaderAsync(
        AuthChallenge challenge, Uri registryUri, ScopeSet scopes, string? refused, CancellationToken cancellationToken)
    {
        var credential = await CredentialAsync(cancellationToken).ConfigureAwait(false);
        if (challenge.IsBasic)
            return credential is { Username: not null, Password: not null } ? TokenClient.BasicHeader(credential) : null;
        if (credential?.RegistryToken is { } registryToken)
            return new AuthenticationHeaderValue("Bearer", registryToken);

        var realm = RealmGuard.Check(registryUri, challenge.Realm!);
        if (credential is not null && !guard.IsTrusted(registryUri, realm))
        {
            OciLog.UntrustedRealm(logger, registry, realm.Authority);
            credential = null;
        }

        var request = new TokenRequest(registry, realm, challenge.Service ?? "", scopes, credential);
        var token = await cache.GetAsync(request, refused, FetchAsync, cancellationToken).ConfigureAwait(false);
        return new AuthenticationHeaderValue("Bearer", token.Value);
    }

    private async Task<AccessToken> FetchAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        var token = await tokens.FetchAsync(request, cancellationToken).ConfigureAwait(false);
        OciLog.TokenFetched(logger, registry, request.Scopes.Text);
        return token;
    }

    private async ValueTask<RegistryCredential?> CredentialAsync(CancellationToken cancellationToken)
    {
        if (_credential is { } cached && time.GetElapsedTime(cached.ReadAt) < CredentialLifetime)
            return cached.Credential;
        await _credentialGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_credential is { } other && time.GetElapsedTime(other.ReadAt) < CredentialLifetime)
                return other.Credential;
            var credential = await credentials.GetCredentialAsync(registry, cancellationToken).ConfigureAwait(false);
            _credential = new CachedCredential(credential, time.GetTimestamp());
            return credential;
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

    private sealed record CachedCredential(RegistryCredential? Credential, long ReadAt);
}
