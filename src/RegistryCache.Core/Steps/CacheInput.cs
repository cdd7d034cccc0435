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

    /// <summary>The digest of what is used, if the caller knows it. Without it, the content of a whole input is that of its result, see
    /// <see cref="CacheHit.ContentDigest"/>, and a part of an input can only be found by the step that makes it.</summary>
    public Digest? ContentDigest { get; }

    /// <summary>Content, for example a folder of sources, known by its digest and not by who made it.</summary>
    /// <param name="digest">The digest, as of <c>ContentDigest.OfDirectoryAsync</c>. How it is computed is the caller's choice, but must
    /// not change.</param>
    public static CacheInput Content(Digest digest)
    {
        if (digest.IsDefault)
            throw new ArgumentException("The digest must not be the default value.", nameof(digest));
        return new CacheInput(null, RegistryCache.Selector.Everything, digest);
    }

    /// <summary>The output of another step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="paths">The paths that are used; none for all of it. Their order does not matter, their spelling does.</param>
    public static CacheInput Of(CacheStep step, params IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(paths);
        return new CacheInput(
            step, RegistryCache.Selector.OfPaths(paths.Distinct(StringComparer.Ordinal).Order(Utf8ByteOrder.Instance)), null);
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
