namespace RegistryCache.Oci.Http;

/// <summary>The target of <c>Link: &lt;…&gt;; rel="next"</c>. Source: RFC 8288.</summary>
internal static class LinkHeader
{
    public static string? Next(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var values))
            return null;
        foreach (var link in values.SelectMany(static value => value.Split(",<").Select(static (part, i) => i == 0 ? part : "<" + part)))
        {
            var open = link.IndexOf('<', StringComparison.Ordinal);
            var close = link.IndexOf('>', StringComparison.Ordinal);
            if (open < 0 || close <= open)
                continue;
            var isNext = link[(close + 1)..].Split(';', StringSplitOptions.TrimEntries)
                .Any(static parameter =>
                    parameter.Replace("\"", "", StringComparison.Ordinal).Equals("rel=next", StringComparison.OrdinalIgnoreCase));
            if (isNext)
                return link[(open + 1)..close];
        }

        return null;
    }
}
