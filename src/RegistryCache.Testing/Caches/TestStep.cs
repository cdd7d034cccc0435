namespace RegistryCache.Testing.Caches;

/// <summary>One step of a test's cache, with what it made.</summary>
internal sealed record TestStep(CacheStep Step, string? Name, TestStep? Below, LayerSource Layer, DateTimeOffset Date)
{
    // Each is one of its own: the comparison of a record would walk down all steps below.
    public bool Equals(TestStep? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
