using System.Collections;
namespace RegistryCache.Oci.Http;

/// <summary>The passwords and tokens that a client used recently. They are removed from all foreign text before it is shown, because a
/// server, a proxy or a token server may repeat them in a body, a URL or a header. Thread-safe.</summary>
internal sealed class KnownSecrets
{
    // A client renews its tokens as long as it lives, so only the newest are kept.
    private const int MaxSecrets = 256;

    private const int MaxNames = 256;

    private readonly Lock _lock = new();
    private readonly Recent _secrets = new(MaxSecrets);
    private readonly Recent _pairs = new(MaxSecrets);
    private readonly Recent _names = new(MaxNames);
    private SecretSet? _all;
    private SecretSet? _forUrls;

    public void Add(RegistryCredential? credential)
    {
        if (credential is null)
            return;
        Add(credential.Password);
        Add(credential.IdentityToken);
        Add(credential.RegistryToken);
        if (credential is { Username: not null, Password: not null })
        {
            Add(BasicHeader.Of(credential).Parameter);
            if (credential.Password.Length < EchoedSecrets.ShortSecret)
                AddTo(_pairs, $"{credential.Username}:{credential.Password}");
            AddName(credential.Username);
        }
    }

    public void Add(string? secret) => AddTo(_secrets, secret);

    /// <summary>Adds a name that messages show anyway: a host, a repository or a user. If a secret shares a part with such a name, hiding
    /// that part would reveal it.</summary>
    public void AddName(string name) => AddTo(_names, name);

    public string RemoveFrom(string text, RegistryRequest? request = null)
    {
        if (text.Length == 0)
            return text;
        var secrets = All();
        if (request is not null)
            secrets = new SecretSet(request.Sent.SelectMany(Of), more: secrets);
        return secrets.IsEmpty ? text : EchoedSecrets.Remove(text, secrets);
    }

    /// <summary>A URL for messages, logs and activities. A server chooses its redirects and its token server, so the URL may hold secrets.
    /// A short secret can be a normal part of a URL, such as <c>v2</c>; it is found only together with its user name.</summary>
    public string Show(Uri uri, RegistryRequest? request = null)
    {
        var url = RegistryUri.Redact(uri, request is { ContinuesUpload: true });
        SecretSet secrets;
        lock (_lock)
            secrets = _forUrls ??= new SecretSet(_secrets.Where(static secret => secret.Length >= EchoedSecrets.ShortSecret), _pairs,
                _names);

        // Its own query is hidden by its names already, and parts of it, such as a region, may well be in its host.
        if (request is not null && request.Sent.Any(sent => sent.Uri != uri))
            secrets = new SecretSet(request.Sent.Where(sent => sent.Uri != uri).SelectMany(Of), known: [uri.IdnHost], more: secrets);
        return secrets.IsEmpty ? url : EchoedSecrets.Remove(url, secrets);
    }

    private SecretSet All()
    {
        lock (_lock)
            return _all ??= new SecretSet(_secrets, _pairs, _names);
    }

    private void AddTo(Recent texts, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return;
        lock (_lock)
        {
            if (texts.Add(text))
                _all = _forUrls = null;
        }
    }

    private static IEnumerable<string> Of((Uri Uri, string? Authorization) sent)
    {
        if (sent.Authorization is { Length: > 0 } parameter)
            yield return parameter;
        foreach (var (name, value) in RegistryUri.SecretValues(sent.Uri))
        {
            // The value of Expires=900 alone would hide every 900. With its name it is specific.
            yield return value.Length < EchoedSecrets.ShortSecret ? $"{name}={value}" : value;
            yield return value.Length < EchoedSecrets.ShortSecret
                ? $"{name}={Uri.UnescapeDataString(value)}" : Uri.UnescapeDataString(value);
        }
    }

    /// <summary>The newest texts, newest first.</summary>
    private sealed class Recent(int capacity) : IEnumerable<string>
    {
        private readonly LinkedList<string> _order = new();
        private readonly HashSet<string> _texts = new(StringComparer.Ordinal);

        public bool Add(string text)
        {
            if (!_texts.Add(text))
                return false;
            _order.AddFirst(text);
            if (_order.Count > capacity)
            {
                _texts.Remove(_order.Last!.Value);
                _order.RemoveLast();
            }

            return true;
        }

        public IEnumerator<string> GetEnumerator() => _order.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
