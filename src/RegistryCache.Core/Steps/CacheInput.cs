using RegistryCache.Core.Content;

namespace RegistryCache;

/// <summary>One input of a step: content with a known digest, or the output of another step or a part of it. Immutable.</summary>
public sealed class CacheInput
{
    private CacheInput(CacheStep? step, string selector, Digest? content)
    {
        Step = step;
        Selector = selector;
        ContentDigest = content;
    }

    /// <summary>The step that makes the input; <see langword="null"/> for content.</summary>
    public CacheStep? Step { get; }

    /// <summary>Which part of the step's output is used; empty for all of it and for content.</summary>
    public string Selector { get; }

    /// <summary>The digest of what is used, if the caller states it. Without it, a whole output has the digest of its result
    /// (<see cref="CacheHit.ContentDigest"/>), and a part of an output can be found only by the step that makes it.</summary>
    public Digest? ContentDigest { get; }

    /// <summary>Content that is known by its digest, whoever made it, for example a folder of sources.</summary>
    /// <param name="digest">The digest, for example from <c>ContentDigest.OfDirectoryAsync</c>. Always compute it in the same way.</param>
    public static CacheInput Content(Digest digest) =>
        new CacheInput(null, CacheLink.Everything, null).WithContentDigest(digest);

    /// <summary>The output of another step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="paths">The paths that are used; none for all of it. Their order does not matter, but their spelling does.</param>
    public static CacheInput Of(CacheStep step, params IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(paths);
        return new CacheInput(
            step, CacheLink.SelectorOf(paths.Distinct(StringComparer.Ordinal).Order(Utf8ByteOrder.Instance)), null);
    }

    /// <summary>The same input with the digest of the part that is used. If that part stays equal, later steps are still found.</summary>
    /// <param name="digest">The digest of exactly the part that is used.</param>
    public CacheInput WithContentDigest(Digest digest)
    {
        if (digest.IsDefault)
            throw new ArgumentException("The digest must not be the default value.", nameof(digest));
        return new CacheInput(Step, Selector, digest);
    }

    /// <summary>The step or the content, for a person.</summary>
    public override string ToString() =>
        Step is null ? $"content {ContentDigest}" : Selector.Length == 0 ? Step.ToString() : $"part of {Step}";

    internal string Identity => $"{Step?.Identity} {Selector} {ContentDigest}";
}
