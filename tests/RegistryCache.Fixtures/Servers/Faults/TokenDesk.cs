using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>Hands out tokens and looks at them again. Every secret contains <see cref="FaultRegistry.SecretMark"/>.</summary>
internal sealed class TokenDesk(FaultRegistryOptions options)
{
    private readonly ConcurrentDictionary<string, (string[] Scopes, DateTimeOffset Expires)> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _refreshTokens = new(StringComparer.Ordinal);
    private int _count;

    public int Issued => Volatile.Read(ref _count);

    public void Revoke() => _tokens.Clear();

    public void RevokeRefreshTokens() => _refreshTokens.Clear();

    public async Task<RegistryAnswer> AnswerAsync(HttpRequest request)
    {
        string[] scopes;
        bool known;
        var anonymous = false;
        if (HttpMethods.IsPost(request.Method))
        {
            if (options.TokenPostStatus is { } refused)
                return RegistryAnswer.Error(refused, "UNSUPPORTED");
            var form = await request.ReadFormAsync();
            scopes = form["scope"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var refresh = form["refresh_token"].ToString();
            known = form["grant_type"] == "password"
                ? form["username"] == FaultRegistry.User && form["password"] == FaultRegistry.Password
                : form["grant_type"] == "refresh_token" && (refresh == FaultRegistry.IdentityToken || _refreshTokens.ContainsKey(refresh));
        }
        else
        {
            var header = request.Headers.Authorization.ToString();
            anonymous = header.Length == 0;
            if (!anonymous && options.TokenGetStatus is { } refused)
                return RegistryAnswer.Error(refused, "UNAUTHORIZED");
            scopes = [.. request.Query["scope"].OfType<string>()];
            known = anonymous || header == FaultRegistry.BasicHeader;
        }

        return known ? Issue(scopes, anonymous) : RegistryAnswer.Error(401, "UNAUTHORIZED", "wrong credential");
    }

    public bool Allows(string token, string scope)
    {
        if (!_tokens.TryGetValue(token, out var entry) || entry.Expires <= options.Clock.GetUtcNow())
            return false;
        var last = scope.LastIndexOf(':');
        var wanted = scope[(last + 1)..].Split(',');
        return Array.Exists(entry.Scopes, held => held[..held.LastIndexOf(':')] == scope[..last] && wanted.All(held[(held.LastIndexOf(':') + 1)..].Split(',').Contains));
    }

    private RegistryAnswer Issue(string[] scopes, bool anonymous)
    {
        var number = Interlocked.Increment(ref _count);
        var token = $"token-{FaultRegistry.SecretMark}-{number}";
        string[] granted = anonymous ? [.. scopes.Select(static scope => scope[..(scope.LastIndexOf(':') + 1)] + "pull")] : scopes;
        _tokens[token] = (granted, options.Clock.GetUtcNow().AddSeconds(options.TokenSeconds ?? 60));
        var body = new JsonObject { ["token"] = token, ["access_token"] = token };
        if (options.TokenSeconds is { } seconds)
            body["expires_in"] = seconds;
        if (options.IssuesRefreshTokens && !anonymous)
        {
            var refresh = $"refresh-{FaultRegistry.SecretMark}-{number}";
            _refreshTokens[refresh] = true;
            body["refresh_token"] = refresh;
        }

        return RegistryAnswer.Of(200, Encoding.UTF8.GetBytes(body.ToJsonString()), "application/json");
    }
}
