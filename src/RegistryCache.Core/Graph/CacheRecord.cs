using System.Collections.Immutable;
using RegistryCache.Core.Graph;

namespace RegistryCache;

/// <summary>One cache key: a digest, the inputs that lead to it, and what was produced. Inputs are AND-ed; the links within an input are
/// alternatives. Two records may have the same digest and different inputs: identity is the object, not the digest. Immutable.</summary>
public sealed class CacheRecord
{
    internal CacheRecord(string digest, ImmutableArray<ImmutableArray<CacheLink>> inputs, ImmutableArray<CacheResult> results)
    {
        Digest = digest;
        Inputs = inputs;
        Results = results;
    }

    /// <summary>The record digest: for BuildKit the SHA-256 of <c>opdigest@index</c>. Readers accept any text.</summary>
    public string Digest { get; }

    /// <summary>The inputs, in order; empty for a source. Each has at least one link.</summary>
    public ImmutableArray<ImmutableArray<CacheLink>> Inputs { get; }

    /// <summary>The results, in the order in which they were added; often none.</summary>
    public ImmutableArray<CacheResult> Results { get; }

    /// <summary>The newest result, the first of equal ones; <see langword="null"/> for none. An export writes only this one.</summary>
    public CacheResult? NewestResult => ResultOrder.ByDate.Best(Results);

    /// <summary>The digest, for a person.</summary>
    public override string ToString() => Digest;
}
