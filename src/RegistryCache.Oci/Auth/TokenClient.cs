using System.Collections.Concurrent;
using System.Text.Json;
using RegistryCache.Core.Streams;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Auth;

/// <summary>Requests tokens from token servers. With a secret it tries POST first and then GET, or the order that worked before; without a
/// secret it uses GET. <paramref name="send"/> owns the retry.</summary>
internal sealed class TokenClient(
    Func<RegistryRequest, Func<HttpRequestMessage>, CancellationToken, Task<HttpResponseMessage>> send, TransportSettings settings)
{
    private const int MaxResponseBytes = 1024 * 1024;

    // What is kept here saves a request, and is found out again.
    private const int Many = 256;

    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, bool> _getFirst = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Realm, string Service, RegistryCredential Credential), string> _refreshTokens = new();

    public async Task<AccessToken> FetchAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        if (request.Credential is not { HasSecret: true } credential)
            return await FetchAsync(request, [Get(request, null)], cancellationToken).ConfigureAwait(false);

        settings.Secrets.Add(credential);
        var key = (request.Realm.OriginalString, request.Service, credential);
        if (_refreshTokens.TryGetValue(key, out var refreshToken))
        {
            try
            {
                return await FetchAsync(request, [Post(request, RegistryCredential.FromIdentityToken(refreshToken))], cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (RegistryResponseException)
            {
                // An expired refresh token is not an error as long as the credential itself is available.
                _refreshTokens.TryRemove(key, out _);
            }
        }

        var post = Post(request, credential);
        if (credential.IdentityToken is not null)
            return await FetchAsync(request, [post], cancellationToken).ConfigureAwait(false);
        var get = Get(request, credential);
        var getFirst = _getFirst.ContainsKey(request.Realm.OriginalString);
        return await FetchAsync(request, getFirst ? [get, post] : [post, get], cancellationToken).ConfigureAwait(false);
    }

    private async Task<AccessToken> FetchAsync(TokenRequest request, Attempt[] attempts, CancellationToken cancellationToken)
    {
        RegistryResponseException? first = null;
        foreach (var attempt in attempts)
        {
            var description = new RegistryRequest(attempt.Method, attempt.Uri, "token");
            using var response = await send(description, attempt.Create, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                if (attempts.Length > 1 && attempt.Method == HttpMethod.Get)
                    Keep(_getFirst, request.Realm.OriginalString, true);
                return await ReadAsync(request, response, cancellationToken).ConfigureAwait(false);
            }

            var error = await RegistryErrorReader.ReadAsync(description, response, null, settings, cancellationToken)
                .ConfigureAwait(false);
            first ??= error;
            if (error.StatusCode is not (400 or 401 or 403 or 404 or 405))
                throw error;

            // The second answer is more useful only if it is about the credential.
            if (error.StatusCode is 401 or 403)
                first = error;
        }

        throw first!;
    }

    private async Task<AccessToken> ReadAsync(TokenRequest request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        TokenResponse? body;
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var bytes = await BoundedRead.ToArrayAsync(stream, MaxResponseBytes, "token response", limitName: null,
                cancellationToken).ConfigureAwait(false);
            body = JsonSerializer.Deserialize(bytes, AuthJsonContext.Default.TokenResponse);
        }
        catch (JsonException)
        {
            body = null;
        }

        var value = string.IsNullOrEmpty(body?.Access) ? body?.Token : body.Access;
        if (string.IsNullOrEmpty(value) || value.AsSpan().ContainsAnyInRange('\0', ' '))
        {
            throw new RegistryTransferException(
                RegistryCacheErrorCode.RegistryProtocol,
                $"The token server {settings.Secrets.RemoveFrom(request.Realm.Authority)} did not return a usable token "
                + $"for {request.Registry}.");
        }

        settings.Secrets.Add(value);
        settings.Secrets.Add(body!.RefreshToken);
        if (request.Credential is { HasSecret: true } credential && !string.IsNullOrEmpty(body.RefreshToken))
            Keep(_refreshTokens, (request.Realm.OriginalString, request.Service, credential), body.RefreshToken);
        return new AccessToken(value, settings.Time.GetTimestamp(), Lifetime(body) * 0.9, settings.Time);
    }

    private static void Keep<TKey, TValue>(ConcurrentDictionary<TKey, TValue> kept, TKey key, TValue value)
        where TKey : notnull
    {
        if (!kept.ContainsKey(key) && kept.Count >= Many)
            kept.Clear();
        kept[key] = value;
    }

    // A missing lifetime means one minute. A token that was issued earlier has already used part of its lifetime.
    private TimeSpan Lifetime(TokenResponse body)
    {
        var lifetime = body.ExpiresIn.ValueKind == JsonValueKind.Number && body.ExpiresIn.TryGetDouble(out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(Math.Min(seconds, 10 * 365 * 86400.0))
            : DefaultLifetime;
        if (body.IssuedAt.ValueKind == JsonValueKind.String && CacheTime.TryParse(body.IssuedAt.GetString(), out var issued)
            && issued.ToDateTimeOffset() is { } at)
        {
            var age = settings.Time.GetUtcNow() - at;
            if (age > TimeSpan.Zero && age < lifetime)
                lifetime -= age;
        }

        return lifetime;
    }

    private Attempt Get(TokenRequest request, RegistryCredential? credential)
    {
        var uri = request.Realm;
        if (request.Service.Length > 0)
            uri = RegistryUri.WithQuery(uri, "service", request.Service);
        foreach (var scope in request.Scopes.Scopes)
            uri = RegistryUri.WithQuery(uri, "scope", scope);
        if (credential is not null)
        {
            uri = RegistryUri.WithQuery(uri, "client_id", settings.UserAgent);
            uri = RegistryUri.WithQuery(uri, "offline_token", "true");
        }

        return new Attempt(HttpMethod.Get, uri, () =>
        {
            var message = new HttpRequestMessage(HttpMethod.Get, uri);
            if (credential is not null)
                message.Headers.Authorization = BasicHeader.Of(credential);
            return message;
        });
    }

    private Attempt Post(TokenRequest request, RegistryCredential credential)
    {
        var form = new List<KeyValuePair<string, string>>
        {
            new("grant_type", credential.IdentityToken is null ? "password" : "refresh_token"),
            new("service", request.Service),
            new("client_id", settings.UserAgent),
            new("access_type", "offline"),
        };
        if (request.Scopes.Text.Length > 0)
            form.Add(new("scope", request.Scopes.Text));
        form.AddRange(credential.IdentityToken is { } identityToken
            ? [new("refresh_token", identityToken)]
            : [new("username", credential.Username ?? ""), new("password", credential.Password ?? "")]);
        return new Attempt(HttpMethod.Post, request.Realm,
            () => new HttpRequestMessage(HttpMethod.Post, request.Realm) { Content = new FormUrlEncodedContent(form) });
    }

    private sealed record Attempt(HttpMethod Method, Uri Uri, Func<HttpRequestMessage> Create);
}
