using System.Net;
using System.Text;
using System.Text.Json;

namespace RegistryCache.Fixtures;

/// <summary>The forms in which a server may repeat a secret that it was sent.</summary>
public static class SecretForms
{
    public const string User = "cache";

    /// <summary>Name of the form → what a server says; <c>{0}</c>-free, so any text can stand around it.</summary>
    public static IReadOnlyDictionary<string, Func<string, string>> All { get; } = new Dictionary<string, Func<string, string>>
    {
        ["as it is"] = static secret => secret,
        ["in a pair"] = static secret => $"{User}:{secret}",
        ["escaped for a URL"] = Uri.EscapeDataString,
        ["escaped in lower case"] = static secret => string.Concat(Encoding.UTF8.GetBytes(secret).Select(static b => $"%{b:x2}")),
        ["escaped twice"] = static secret => Uri.EscapeDataString(Uri.EscapeDataString(secret)),
        ["in a form"] = static secret => $"grant_type=password&username={User}&password={WebUtility.UrlEncode(secret)}&scope=x",
        ["in a form as a refresh token"] = static secret => $"refresh_token={WebUtility.UrlEncode(secret)}",
        ["in JSON"] = static secret => JsonSerializer.Serialize(secret)[1..^1],
        ["in JSON, all escaped"] = static secret => string.Concat(secret.Select(static c => $"\\u{(int)c:X4}")),
        ["in HTML"] = static secret => WebUtility.HtmlEncode(secret)!,
        ["in HTML, all escaped"] = static secret => string.Concat(secret.Select(static c => $"&#x{(int)c:x};")),
        ["in Base64"] = static secret => Base64(secret),
        ["in Base64, as a pair"] = static secret => "Basic " + Base64($"{User}:{secret}"),
        ["in Base64url"] = static secret => Url(Base64(secret)),
        ["in Base64url, as a pair"] = static secret => Url(Base64($"{User}:{secret}")),
        ["in Base64, moved by other letters"] = static secret => "token" + Base64("x" + secret),
        ["in Base64, escaped for a URL"] = static secret => Uri.EscapeDataString(Base64($"{User}:{secret}")),
        ["in Base64 of a form"] = static secret => Base64($"username={User}&password={WebUtility.UrlEncode(secret)}"),
        ["in Base64 of JSON"] = static secret => Base64(JsonSerializer.Serialize(new { password = secret })),
        ["in Base64 of Base64"] = static secret => Base64(Base64($"{User}:{secret}")),
        ["in Base64, broken over lines"] = static secret => Lines(Base64(new string('x', 50) + secret), 76, "\r\n"),
        ["in Base64, broken over short lines"] = static secret => Lines(Base64($"{User}:{secret}"), 8, "\n"),
        ["in Base64, broken over indented lines"] = static secret => Lines(Base64($"{User}:{secret}"), 12, "\r\n\t "),
        ["in Base64, broken over lines in JSON"] = static secret => Lines(Base64($"{User}:{secret}"), 12, "\\r\\n"),
        ["in digits, broken over lines"] = static secret => Lines(Convert.ToHexString(Encoding.UTF8.GetBytes(secret)), 10, "\r\n"),
        ["in hexadecimal digits"] = static secret => Convert.ToHexString(Encoding.UTF8.GetBytes(secret)),
        ["in lower-case digits"] = static secret => Convert.ToHexStringLower(Encoding.UTF8.GetBytes($"{User}:{secret}")),
    };

    /// <summary>Long and short ones, with every character that some encoding changes.</summary>
    public static IReadOnlyList<string> Secrets { get; } = ["s3cr3t-password", "Pa$$ w0rd+/=&%é\"\\<>'~", "short", "p", "7", "\U0001F511\U0001F511", "aaaaaaaaaaaa"];

    /// <summary>What a server repeats that cuts off, at either end or at both: name → the part, of which 8 characters or more are left.</summary>
    public static IReadOnlyDictionary<string, Func<string, string>> Parts { get; } = new Dictionary<string, Func<string, string>>
    {
        ["first half"] = static secret => secret[..Math.Max(8, secret.Length / 2)],
        ["last half"] = static secret => secret[^Math.Max(8, secret.Length / 2)..],
        ["first eight"] = static secret => secret[..8],
        ["last eight"] = static secret => secret[^8..],
        ["middle"] = static secret => secret[((secret.Length - 8) / 2)..][..8],
        ["all but the first and the last"] = static secret => secret.Length < 10 ? secret : secret[1..^1],
    };

    private static string Lines(string text, int width, string end) => string.Join(end, text.Chunk(width).Select(static line => new string(line)));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Url(string base64) => base64.TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
