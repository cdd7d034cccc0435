namespace RegistryCache;

/// <summary>A key by which an input can be found.</summary>
/// <param name="Digest">The record digest.</param>
/// <param name="Selector">The selector; empty for all of the input.</param>
/// <param name="Name">The step or content of the key; <see langword="null"/> for a key that only the cache has.</param>
/// <param name="IsInCache">Whether the cache has a record of it with the same inputs.</param>
public sealed record ExplainedKey(string Digest, string Selector, string? Name, bool IsInCache)
{
    /// <summary>The name, or the digest, with the selector.</summary>
    public override string ToString() => $"{Name ?? Digest}{(Selector.Length == 0 ? "" : $" {Selector}")}";
}
