using RegistryCache.Oci.Auth;
using RegistryCache.Oci.Credentials;

namespace RegistryCache.Oci.Http;

/// <summary>
/// The passwords and tokens that a client has used lately. Nothing foreign is shown before they are taken out of it: a server, a proxy
/// or a token server may repeat headers and bodies in an answer, in a URL or in a header of its own. Thread-safe.
/// </summary>
internal sealed class KnownSecrets
{
    // Tokens are renewed for as long as the client lives.
    private const int MaxSecrets = 256;

    private readonly Lock _lock = new();
    private readonly Queue<string> _order = new();
    private readonly HashSet<string> _secrets = new(StringComparer.Ordinal);

    public void Add(RegistryCredential? credential)
    {
        if (credential is null)
            return;
        Add(credential.Password);
        Add(credential.IdentityToken);
        Add(credential.RegistryToken);
        if (credential is { Username: not null, Password: not null })
        {
            Add(TokenClient.BasicHeader(credential).Parameter);
            Add($"{credential.Username}:{credential.Password}");
        }
    }

    public void Add(string? secret)
    {
        if (string.IsNullOrEmpty(secret))
            return;
        lock (_lock)
        {
            if (!_secrets.Add(secret))
                return;
            _order.Enqueue(secret);
            if (_order.Count > MaxSecrets)
                _secrets.Remove(_order.Dequeue());
        }
    }

    /// <summary>Foreign text without the secrets of the client and of the request that it answers.</summary>
    public string RemoveFrom(string text, HttpRequestMessage? request = null)
    {
        if (text.Length == 0)
            return text;
        List<string> secrets;
        lock (_lock)
            secrets = [.. _secrets];
        if (request is not null)
            secrets.AddRange(Of(request));
        return secrets.Count == 0 ? text : EchoedSecrets.Remove(text, secrets);
    }

    /// <summary>
    /// A URL for messages, logs and activities: a server chooses where it redirects to and where its token server is. A short secret may
    /// well be a part of our own URLs, such as <c>v2</c>; it is found together with its user name.
    /// </summary>
    public string Show(Uri uri)
    {
        string[] secrets;
        lock (_lock)
            secrets = [.. _secrets.Where(static secret => secret.Length >= EchoedSecrets.ShortSecret || secret.Contains(':', StringComparison.Ordinal))];
        var url = RegistryUri.Redact(uri);
        return secrets.Length == 0 ? url : EchoedSecrets.Remove(url, secrets);
    }

    private static IEnumerable<string> Of(HttpRequestMessage request)
    {
        if (request.Headers.Authorization is { Parameter: { Length: > 0 } parameter })
            yield return parameter;
        foreach (var (name, value) in RegistryUri.SecretValues(request.RequestUri))
        {
            // A number such as «Expires=900» would hide every 900; with its name it is one of a kind.
            yield return value.Length < EchoedSecrets.ShortSecret ? $"{name}={value}" : value;
            yield return value.Length < EchoedSecrets.ShortSecret ? $"{name}={Uri.UnescapeDataString(value)}" : Uri.UnescapeDataString(value);
        }
    }
}
