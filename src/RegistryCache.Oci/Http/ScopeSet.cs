using System.Collections.Immutable;

namespace RegistryCache.Oci.Http;

/// <summary>A set of access rights in normal form: one entry per resource, with its actions merged and sorted. Source: distribution,
/// spec/auth/scope.md.</summary>
internal sealed class ScopeSet : IEquatable<ScopeSet>
{
    public static readonly ScopeSet Empty =
        new(ImmutableSortedDictionary<string, ImmutableSortedSet<string>>.Empty.WithComparers(StringComparer.Ordinal));

    private readonly ImmutableSortedDictionary<string, ImmutableSortedSet<string>> _actions;

    private ScopeSet(ImmutableSortedDictionary<string, ImmutableSortedSet<string>> actions)
    {
        _actions = actions;
        Scopes = [.. actions.Select(entry => entry.Value.IsEmpty ? entry.Key : entry.Key + ":" + string.Join(',', entry.Value))];
        Text = string.Join(' ', Scopes);
    }

    /// <summary>One string per resource, sorted.</summary>
    public ImmutableArray<string> Scopes { get; }

    public string Text { get; }

    public static ScopeSet Repository(string name, string actions) => Parse($"repository:{name}:{actions}");

    /// <summary>Parses scopes separated by spaces. A resource name can contain colons, so only the first and the last separate.</summary>
    public static ScopeSet Parse(string? text)
    {
        var result = Empty._actions;
        foreach (var scope in (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var first = scope.IndexOf(':', StringComparison.Ordinal);
            var last = scope.LastIndexOf(':');
            var resource = last > first ? scope[..last] : scope;
            var actions = last > first ? scope[(last + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries) : [];
            result = result.SetItem(resource, result.GetValueOrDefault(resource, []).Union(actions));
        }

        return new ScopeSet(result);
    }

    public ScopeSet Union(ScopeSet other)
    {
        if (Covers(other))
            return this;
        var result = _actions;
        foreach (var (resource, actions) in other._actions)
            result = result.SetItem(resource, result.GetValueOrDefault(resource, []).Union(actions));
        return new ScopeSet(result);
    }

    public bool Covers(ScopeSet other) =>
        other._actions.All(entry => _actions.TryGetValue(entry.Key, out var own) && (own.Contains("*") || own.IsSupersetOf(entry.Value)));

    public bool Equals(ScopeSet? other) => other is not null && Text == other.Text;

    public override bool Equals(object? obj) => Equals(obj as ScopeSet);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;
}
