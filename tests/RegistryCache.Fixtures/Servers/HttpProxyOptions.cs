namespace RegistryCache.Fixtures.Servers;

/// <summary>What a <see cref="HttpProxy"/> knows and asks for.</summary>
public sealed class HttpProxyOptions
{
    /// <summary>The port on 127.0.0.1 behind each host name; any other name is answered with 502.</summary>
    public required IReadOnlyDictionary<string, int> Names { get; init; }

    /// <summary><c>user:password</c> that clients must show; <see langword="null"/> asks for nothing.</summary>
    public string? Credential { get; init; }

    /// <summary>Answers every request that was let in with this status and does nothing.</summary>
    public int? Status { get; init; }
}
