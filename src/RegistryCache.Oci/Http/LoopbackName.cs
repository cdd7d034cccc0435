using System.Net;

namespace RegistryCache.Oci.Http;

/// <summary><c>localhost</c>, 127.0.0.0/8 and ::1 with any port. The client uses plain HTTP for them by default. Source: containerd
/// core/remotes/docker/registry.go.</summary>
internal static class LoopbackName
{
    public static bool Matches(string host)
    {
        var name = host;
        if (name.StartsWith('['))
        {
            var close = name.IndexOf(']', StringComparison.Ordinal);
            name = close < 0 ? name : name[1..close];
        }
        else if (name.Count(':') == 1)
        {
            name = name[..name.IndexOf(':', StringComparison.Ordinal)];
        }

        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }

    public static bool HasPort(string host) =>
        host.StartsWith('[') ? host.Contains("]:", StringComparison.Ordinal) : host.Contains(':', StringComparison.Ordinal);
}
