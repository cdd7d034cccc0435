namespace RegistryCache.Oci.Http;

/// <summary>Keeps URLs byte for byte. The framework would turn <c>%7E</c> into <c>~</c> and change the case of escapes, which breaks
/// signatures. Every URL is created with that step switched off.</summary>
internal static class RegistryUri
{
    private static readonly System.Buffers.SearchValues<char> SchemeCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static Uri Create(string text, Uri? origin = null) => TryCreate(text, out var uri)
        ? uri
        : throw new RegistryTransferException(
            RegistryCacheErrorCode.RegistryProtocol, $"{origin?.Authority ?? "The registry"} sent a URL that is not valid.");

    public static bool TryCreate(string text, out Uri uri)
    {
        // With the verbatim option a fragment would become part of the path. It is never sent.
        var fragment = text.IndexOf('#', StringComparison.Ordinal);
        if (fragment >= 0)
            text = text[..fragment];
        uri = null!;
        if (text.AsSpan().ContainsAnyInRange('\0', ' ') || !Uri.TryCreate(text, Verbatim, out var parsed))
            return false;
        if (parsed.Scheme is not ("http" or "https") || parsed.Host.Length == 0)
            return false;
        uri = parsed;
        return true;
    }

    // The text before a colon is a scheme unless a path, query or fragment starts before it. Source: RFC 3986, section 4.2.
    private static string? SchemeOf(string location)
    {
        var end = location.AsSpan().IndexOfAnyExcept(SchemeCharacters);
        return end > 0 && location[end] == ':' && char.IsAsciiLetter(location[0]) ? location[..end] : null;
    }

    /// <summary>Resolves a Location: absolute, without scheme, host-relative or relative.</summary>
    public static Uri Resolve(Uri origin, string location, Func<string, string>? safe = null)
    {
        location = location.Trim();
        if (location.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || location.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return Create(location, origin);
        if (SchemeOf(location) is { } scheme)
            throw new RegistryTransferException(
                RegistryCacheErrorCode.RegistryProtocol,
                $"{origin.Authority} pointed to a URL with the scheme '{ErrorText.Quote(safe?.Invoke(scheme) ?? scheme, 32)}'. Only http "
                    + "and https are followed.");
        if (location.StartsWith("//", StringComparison.Ordinal))
            return Create(origin.Scheme + ":" + location, origin);
        var root = origin.Scheme + "://" + origin.Authority;
        if (location.StartsWith('/'))
            return Create(root + location, origin);
        var path = origin.AbsolutePath;
        if (location.StartsWith('?'))
            return Create(root + path + location, origin);
        return Create(root + path[..(path.LastIndexOf('/') + 1)] + location, origin);
    }

    public static Uri WithQuery(Uri uri, string name, string value)
    {
        var text = uri.OriginalString;
        var fragment = text.IndexOf('#', StringComparison.Ordinal);
        if (fragment >= 0)
            text = text[..fragment];
        var separator = !text.Contains('?', StringComparison.Ordinal) ? "?" : text[^1] is '?' or '&' ? "" : "&";
        return Create(text + separator + name + "=" + Uri.EscapeDataString(value));
    }

    /// <summary>Scheme, host and port: what credentials belong to.</summary>
    public static bool SameOrigin(Uri a, Uri b) =>
        a.Scheme == b.Scheme && a.Port == b.Port && string.Equals(a.IdnHost, b.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>A URL that is safe to show: without the user part, and only with query values that cannot be secret.</summary>
    /// <param name="uri">The URL.</param>
    /// <param name="isUpload">Whether it continues an upload. A server's own path then contains the upload's state and is hidden.</param>
    public static string Redact(Uri uri, bool isUpload = false)
    {
        // Anyone who knows the path of an upload can continue it.
        var path = uri.AbsolutePath;
        var upload = path.IndexOf("/uploads/", StringComparison.Ordinal);
        if (upload >= 0 && path.Length > upload + 9)
            path = path[..(upload + 9)] + "…";
        else if (isUpload && upload < 0)
            path = "/…";
        var root = uri.Scheme + "://" + uri.Authority + path;
        if (uri.Query.Length < 2)
            return root;
        var parts = uri.Query[1..].Split('&').Select(static part =>
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? part : part[..equals];
            return equals < 0 ? "…" : IsPublic(name) ? part : name + "=REDACTED";
        });
        return root + "?" + string.Join('&', parts);
    }

    /// <summary>The query values that may be secret, exactly as written, with their names.</summary>
    public static IEnumerable<(string Name, string Value)> SecretValues(Uri? uri) =>
        uri is null || uri.Query.Length < 2 ? [] : uri.Query[1..].Split('&').Select(static part => part.Split('=', 2))
            .Where(static part => !IsPublic(part[0]) && part[^1].Length > 0).Select(static part => (part[0], part[^1]));

    private static bool IsPublic(string name) =>
        name is "digest" or "mount" or "from" or "n" or "last" or "scope" or "service" or "artifactType";
}
