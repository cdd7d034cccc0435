using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using RegistryCache.Core.Graph;

namespace RegistryCache;

/// <summary>One cache key: a digest, the inputs that lead to it, and what was produced. Inputs are AND-ed; the links within an input are
/// alternatives. Two records may have the same digest and different inputs: identity is the object, not the digest. Immutable.</summary>
public sealed class CacheRecord
{
    // The output index that BuildKit reserves for keys that are made from content.
    private const int ContentIndex = -1;

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

    /// <summary>The record digest of one output of an operation: the SHA-256 of <c>operation@output</c>. Source: BuildKit
    /// cache/remotecache/v1/utils.go.</summary>
    /// <param name="operation">The digest of the operation's definition, without its inputs.</param>
    /// <param name="output">Which output, from 0.</param>
    public static Digest DigestOf(Digest operation, int output = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(output);
        return Hash(operation, output);
    }

    /// <summary>The digest of the record for content, whatever produced it: the SHA-256 of <c>content@-1</c>. Such a record has no inputs,
    /// and links to it have an empty selector.</summary>
    /// <param name="content">The digest of the content.</param>
    public static Digest DigestOfContent(Digest content) => Hash(content, ContentIndex);

    /// <summary>The digest, for a person.</summary>
    public override string ToString() => Digest;

    private static Digest Hash(Digest digest, int index)
    {
        if (digest.IsDefault)
            throw new ArgumentException("The digest must not be the default value.", nameof(digest));
        return RegistryCache.Digest.OfBytes(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{digest}@{index}")));
    }
}
