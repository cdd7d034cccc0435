using System.Net;
using System.Net.Sockets;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Auth;

/// <summary>A registry names the token server (realm) to which clients send their password. This class decides whether the realm may be
/// used, and whether it may receive the credential. An unsafe realm is an error. A foreign realm is asked without credentials.</summary>
internal sealed class RealmGuard(IReadOnlyCollection<string> trustedHosts)
{
    // Public registries whose token server has another name. Found by asking them.
    private static readonly Dictionary<string, string> KnownRealms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["registry-1.docker.io"] = "auth.docker.io",
        ["index.docker.io"] = "auth.docker.io",
        ["registry.gitlab.com"] = "gitlab.com",
        ["nvcr.io"] = "authn.nvidia.com",
        ["registry.redhat.io"] = "sso.redhat.com",
        ["registry.digitalocean.com"] = "api.digitalocean.com",
    };

    // Different owners have subdomains of these names.
    private static readonly string[] SharedSuffixes =
    [
        "azurecr.io", "azurecr.cn", "azurecr.us", "amazonaws.com", "amazonaws.com.cn", "pkg.dev", "googleapis.com", "github.io",
        "gitlab.io", "azurewebsites.net", "cloudapp.net", "herokuapp.com", "jfrog.io", "cloudfront.net", "ondigitalocean.app",
        "scw.cloud", "vultrcr.com",
        "appspot.com", "run.app", "workers.dev", "pages.dev", "vercel.app", "netlify.app", "ngrok.io", "ngrok.app", "nip.io", "sslip.io",
    ];

    public static Uri Check(Uri registry, string realm)
    {
        if (!RegistryUri.TryCreate(realm, out var uri) || uri.UserInfo.Length > 0)
            throw Unsafe(registry, "is not an http or https URL, or has a user name in it");
        if (uri.Scheme == "http" && registry.Scheme != "http")
            throw Unsafe(registry, "is plain HTTP although the registry itself is HTTPS");
        if (IsLocalAddress(uri.Host) && !IsLocalAddress(registry.Host))
            throw Unsafe(registry, "points to a local address although the registry is not local");
        return uri;
    }

    /// <summary>Whether the realm may receive the registry's credential.</summary>
    public bool IsTrusted(Uri registry, Uri realm)
    {
        var from = registry.IdnHost.TrimEnd('.');
        var to = realm.IdnHost.TrimEnd('.');
        if (Same(from, to) || trustedHosts.Any(host => Same(host, to) || Same(host, realm.Authority)))
            return true;
        if (KnownRealms.TryGetValue(from, out var known) && Same(known, to))
            return true;
        if (IPAddress.TryParse(from, out _) || IPAddress.TryParse(to, out _))
            return LoopbackName.Matches(registry.Authority) && LoopbackName.Matches(realm.Authority);
        return IsUnder(to, from) || (Parent(from) is { } parent && IsPrivateSuffix(parent) && (Same(parent, to) || IsUnder(to, parent)));
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static bool IsUnder(string host, string parent) => host.EndsWith("." + parent, StringComparison.OrdinalIgnoreCase);

    private static string? Parent(string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? null : host[(dot + 1)..];
    }

    // At least two labels, and not a public suffix such as co.uk.
    private static bool IsPrivateSuffix(string suffix)
    {
        var labels = suffix.Split('.');
        if (labels.Length < 2 || (labels.Length == 2 && labels[1].Length == 2 && labels[0].Length <= 3))
            return false;
        return !SharedSuffixes.Any(shared => Same(shared, suffix) || IsUnder(suffix, shared));
    }

    private static bool IsLocalAddress(string host)
    {
        if (LoopbackName.Matches(host))
            return true;
        if (!IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return false;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return address.IsIPv6LinkLocal || address.IsIPv6SiteLocal || address.IsIPv6UniqueLocal || IPAddress.IsLoopback(address)
                || address.Equals(IPAddress.IPv6Any);
        var bytes = address.GetAddressBytes();
        return bytes[0] is 0 or 10 or 127 || (bytes[0] == 169 && bytes[1] == 254) || (bytes[0] == 172 && bytes[1] is >= 16 and < 32)
            || (bytes[0] == 192 && bytes[1] == 168);
    }

    private static RegistryTransferException Unsafe(Uri registry, string why) => new(
        RegistryCacheErrorCode.RegistryProtocol,
        $"{registry.Authority} names a token realm that {why}. The realm was not contacted, and no credentials were sent.");
}
