namespace RegistryCache.Oci.Credentials;

/// <summary>A key of a stored credential: a host, a URL of a host as Docker writes it, or a host with a namespace as Podman writes it.
/// Docker Hub has several names that count as one host. Source: docker/cli cli/config, containers/image pkg/docker/config.</summary>
internal readonly record struct AuthKey(string Host, string Path)
{
    private const string DockerHub = "docker.io";
    private const string DockerHubKey = "https://index.docker.io/v1/";

    public static AuthKey Parse(string key)
    {
        var rest = WithoutScheme(key);
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var path = slash < 0 ? "" : rest[(slash + 1)..].Trim('/');

        // A URL never contains a namespace, and neither does an API path.
        if (rest.Length < key.Length || path is "v1" or "v2" || path.StartsWith("v1/", StringComparison.Ordinal)
            || path.StartsWith("v2/", StringComparison.Ordinal))
            path = "";
        return new AuthKey(Normalize(slash < 0 ? rest : rest[..slash]), path);
    }

    /// <summary>The key to ask a helper for: the host, or Docker's own key for Docker Hub.</summary>
    public static string HelperKey(string registry) => Normalize(registry) == DockerHub ? DockerHubKey : registry;

    /// <summary>The key with the longest path that matches the repository. A host without a path matches every repository.</summary>
    public static string? Best(IEnumerable<string> keys, string registry, string repository)
    {
        var host = Normalize(registry);
        return keys.Select(static key => (Text: key, Key: Parse(key)))
            .Where(candidate => candidate.Key.Fits(host, repository))
            .OrderByDescending(static candidate => candidate.Key.Path.Length)
            .ThenByDescending(candidate => candidate.Text == HelperKey(registry))
            .ThenBy(static candidate => candidate.Text, StringComparer.Ordinal)
            .Select(static candidate => candidate.Text)
            .FirstOrDefault();
    }

    /// <summary>The key of the host itself, without a namespace.</summary>
    public static string? OfHost(IEnumerable<string> keys, string registry) =>
        Best(keys.Where(static key => Parse(key).Path.Length == 0), registry, "");

    /// <summary>Any key of the host, as in Docker. Docker's choice has no fixed order. This one takes the first in order.</summary>
    public static string? AnyOfHost(IEnumerable<string> keys, string registry)
    {
        var host = Normalize(registry);
        return keys.Where(key => Parse(key).Host == host).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    private bool Fits(string host, string repository) =>
        Host == host && (Path.Length == 0 || repository == Path || repository.StartsWith(Path + "/", StringComparison.Ordinal));

    private static string WithoutScheme(string key)
    {
        foreach (var scheme in new[] { "https://", "http://" })
        {
            if (key.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                return key[scheme.Length..];
        }

        return key;
    }

    private static string Normalize(string host)
    {
#pragma warning disable CA1308 // Hosts are written in lower case.
        host = host.ToLowerInvariant();
#pragma warning restore CA1308
        return host is "index.docker.io" or "registry-1.docker.io" ? DockerHub : host;
    }
}
