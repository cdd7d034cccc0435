using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace RegistryCache.Testing.Access;

/// <summary>Hands out tokens and looks at them again.</summary>
internal sealed class TokenDesk(RegistryAuthentication authentication, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, (string[] Scopes, DateTimeOffset Expires)> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _refreshTokens = new(StringComparer.Ordinal);
    private int _count;

    public int Issued => Volatile.Read(ref _count);

    public void Revoke() => _tokens.Clear();

    public void RevokeRefreshTokens() => _refreshTokens.Clear();

    public bool IsBasic(string header) =>
        header == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{authentication.User}:{authentication.Password}"));

    public async Task<RegistryAnswer> AnswerAsync(HttpRequest request, RegistryQuirks quirks)
    {
        string[] scopes;
        bool known;
        var anonymous = false;
        if (HttpMethods.IsPost(request.Method))
        {
            if (quirks.TokenPostStatus is { } refused)
                return RegistryAnswer.Error(refused, "UNSUPPORTED", "POST is not supported");
            if (!request.HasFormContentType)
                return RegistryAnswer.Error(400, "UNSUPPORTED", "a form is expected");
            var form = await request.ReadFormAsync().ConfigureAwait(false);
            scopes = form["scope"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var refresh = form["refresh_token"].ToString();
            known = form["grant_type"] == "password"
                ? form["username"] == authentication.User && form["password"] == authentication.Password
                : form["grant_type"] == "refresh_token" && (refresh == authentication.IdentityToken || _refreshTokens.ContainsKey(refresh));
        }
        else
        {
            var header = request.Headers.Authorization.ToString();
            anonymous = header.Length == 0;
            if (!anonymous && quirks.TokenGetStatus is { } refused)
                return RegistryAnswer.Error(refused, "UNAUTHORIZED", "GET is not supported");
            scopes = [.. request.Query["scope"].OfType<string>()
                .SelectMany(static s => s.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
            known = anonymous ? authentication.AllowsAnonymousPull : IsBasic(header);
        }

        if (Array.Exists(scopes, static scope => scope.Split(':').Length < 3))
            return RegistryAnswer.Error(400, "UNSUPPORTED", "a scope has the form type:name:actions");
        return known
            ? Issue(scopes, anonymous, quirks.IssuesRefreshTokens && !anonymous)
            : RegistryAnswer.Error(401, "UNAUTHORIZED", "wrong credential");
    }

    /// <summary>Whether a token is good for a scope; an empty scope wants any token.</summary>
    public TokenVerdict Judge(string token, string scope)
    {
        if (!_tokens.TryGetValue(token, out var entry) || entry.Expires <= clock.GetUtcNow())
            return TokenVerdict.Unknown;
        if (scope.Length == 0)
            return TokenVerdict.Allowed;
        var last = scope.LastIndexOf(':');
        var wanted = scope[(last + 1)..].Split(',');
        var holds = Array.Exists(entry.Scopes, held => held[..held.LastIndexOf(':')] == scope[..last] && Holds(held, wanted));
        return holds ? TokenVerdict.Allowed : TokenVerdict.LacksScope;
    }

    private static bool Holds(string held, string[] wanted)
    {
        var actions = held[(held.LastIndexOf(':') + 1)..].Split(',');
        return actions.Contains("*") || wanted.All(actions.Contains);
    }

    private RegistryAnswer Issue(string[] scopes, bool anonymous, bool refreshes)
    {
        var number = Interlocked.Increment(ref _count);
        var token = $"token-{TestRegistrySecrets.Mark}-{number}";
        string[] granted = anonymous ? [.. scopes.Select(static scope => scope[..(scope.LastIndexOf(':') + 1)] + "pull")] : scopes;
        _tokens[token] = (granted, clock.GetUtcNow() + (authentication.TokenLifetime ?? TimeSpan.FromMinutes(1)));
        var body = new JsonObject { ["token"] = token, ["access_token"] = token };
        if (authentication.TokenLifetime is { } lifetime)
            body["expires_in"] = (long)lifetime.TotalSeconds;
        if (refreshes)
        {
            var refresh = $"refresh-{TestRegistrySecrets.Mark}-{number}";
            _refreshTokens[refresh] = true;
            body["refresh_token"] = refresh;
        }

        return RegistryAnswer.Json(200, body, "application/json");
    }
}
