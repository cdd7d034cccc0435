namespace RegistryCache.Testing.Tests.Differential;

/// <summary>One request of a scenario. <c>{location}</c> in the target is the last Location.</summary>
internal sealed record Exchange(string Method, string Target, byte[]? Body = null, string? Type = null, params (string Name, string Value)[] Headers)
{
    public override string ToString() => $"{Method} {(Target.Length > 110 ? Target[..110] + "…" : Target)}{string.Concat(Headers.Select(static h => $" [{h.Name}: {h.Value}]"))}";
}
