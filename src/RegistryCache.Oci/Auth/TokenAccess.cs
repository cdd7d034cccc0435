using System.Buffers.Text;
using System.Text.Json;

namespace RegistryCache.Oci.Auth;

/// <summary>What a token says that it allows. Source: distribution, docs/content/spec/auth/jwt.md, the claim <c>access</c>. The token is
/// not verified: it came from the registry's own token server, and only the registry decides by it.</summary>
internal static class TokenAccess
{
    private const int MaxLength = 64 << 10;

    /// <summary>The actions for a repository; <see langword="null"/> if the token does not say.</summary>
    public static IReadOnlyCollection<string>? Actions(string? token, string repository)
    {
        if (token is null or { Length: > MaxLength } || token.Split('.') is not [_, var payload, _])
            return null;
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            if (claims.RootElement.ValueKind != JsonValueKind.Object
                || !claims.RootElement.TryGetProperty("access", out var access) || access.ValueKind != JsonValueKind.Array)
                return null;
            var ofRepository = access.EnumerateArray().Where(a => Text(a, "type") == "repository" && Text(a, "name") == repository);
            return [.. ofRepository.SelectMany(ActionsOf)];
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            // An opaque token, which only looks like one of three parts.
            return null;
        }
    }

    private static IEnumerable<string> ActionsOf(JsonElement access) =>
        access.TryGetProperty("actions", out var actions) && actions.ValueKind == JsonValueKind.Array
            ? actions.EnumerateArray().Where(a => a.ValueKind == JsonValueKind.String).Select(a => a.GetString()!)
            : [];

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
}
