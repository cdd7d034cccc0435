using System.Collections.Immutable;
using System.Text;

namespace RegistryCache.Fixtures.Servers;

/// <summary>The head of a request as it came to a proxy.</summary>
/// <param name="Method">The method, <c>CONNECT</c> for a tunnel.</param>
/// <param name="Target">The absolute URL, or host and port of a tunnel.</param>
/// <param name="Headers">The header lines.</param>
public sealed record ProxyRequest(string Method, string Target, ImmutableArray<string> Headers)
{
    private const int MaxHeadBytes = 64 * 1024;

    /// <summary>Whether a tunnel is asked for.</summary>
    public bool IsTunnel => Method == "CONNECT";

    /// <summary>The host name without its port.</summary>
    public string Host => IsTunnel ? Target[..Target.LastIndexOf(':')] : new Uri(Target).Host;

    /// <summary>The value of a header, or <see langword="null"/>.</summary>
    /// <param name="name">Its name.</param>
    public string? Header(string name) =>
        Headers.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    /// <summary>Reads up to the empty line and no byte further; <see langword="null"/> if the connection ends or the head has no end.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ProxyRequest?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < MaxHeadBytes && await stream.ReadAsync(one, cancellationToken) == 1)
        {
            head.Add(one[0]);
            if (head is not [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n'])
                continue;
            var lines = Encoding.Latin1.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            return lines[0].Split(' ') is [var method, var target, _] ? new ProxyRequest(method, target, [.. lines.Skip(1)]) : null;
        }

        return null;
    }

    /// <summary>The head as the server gets it: a path instead of a URL, and without what is for the proxy alone.</summary>
    public byte[] ToOriginForm()
    {
        var path = Target[Target.IndexOf('/', Target.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var kept = Headers.Where(static line => !line.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase) && !line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase));
        return Encoding.Latin1.GetBytes($"{Method} {path} HTTP/1.1\r\n{string.Concat(kept.Select(static line => line + "\r\n"))}Connection: close\r\n\r\n");
    }
}
