using System.Collections.Immutable;

namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>A request as it arrived.</summary>
public sealed record RecordedRequest(string Method, RequestKind Kind, string Target, ImmutableDictionary<string, string> Headers)
{
    public int Status { get; internal set; }

    public string? Authorization => Headers.GetValueOrDefault("Authorization");

    public override string ToString() => $"{Method} {Target} → {Status}";
}
