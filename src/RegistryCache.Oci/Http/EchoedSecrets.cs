using System.Text;

namespace RegistryCache.Oci.Http;

/// <summary>
/// Takes the request's own secrets out of what a server says about it: debugging proxies repeat headers, and object storage quotes
/// the signature that it did not like.
/// </summary>
internal static class EchoedSecrets
{
    private const int ShortestSecret = 6;

    public static string Remove(string text, HttpRequestMessage? request)
    {
        if (request is null || text.Length == 0)
            return text;
        foreach (var secret in Of(request).Where(static secret => secret.Length >= ShortestSecret).OrderByDescending(static secret => secret.Length))
            text = text.Replace(secret, "REDACTED", StringComparison.Ordinal);
        return text;
    }

    private static IEnumerable<string> Of(HttpRequestMessage request)
    {
        if (request.Headers.Authorization is { Parameter: { } parameter } header)
        {
            yield return parameter;
            if (header.Scheme == "Basic" && Decode(parameter).Split(':', 2) is [_, var password])
                yield return password;
        }

        foreach (var value in RegistryUri.SecretValues(request.RequestUri))
        {
            yield return value;
            yield return Uri.UnescapeDataString(value);
        }
    }

    private static string Decode(string parameter)
    {
        var bytes = new byte[parameter.Length];
        return Convert.TryFromBase64String(parameter, bytes, out var length) ? Encoding.UTF8.GetString(bytes.AsSpan(0, length)) : "";
    }
}
