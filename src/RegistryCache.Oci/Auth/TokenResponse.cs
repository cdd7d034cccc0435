using System.Text.Json;
using System.Text.Json.Serialization;

namespace RegistryCache.Oci.Auth;

/// <summary>The answer of a token server. Source: distribution, spec/auth/token.md and oauth.md.</summary>
internal sealed class TokenResponse
{
    [JsonPropertyName("token")]
    public string? Token { get; init; }

    [JsonPropertyName("access_token")]
    public string? Access { get; init; }

    [JsonPropertyName("expires_in")]
    public JsonElement ExpiresIn { get; init; }

    [JsonPropertyName("issued_at")]
    public JsonElement IssuedAt { get; init; }

    [JsonPropertyName("refresh_token")]
    public string? RefreshToken { get; init; }
}
