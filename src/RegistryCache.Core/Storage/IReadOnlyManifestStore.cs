namespace RegistryCache.Storage;

/// <summary>Manifests that can be resolved and read. Implementations are thread-safe.</summary>
public interface IReadOnlyManifestStore
{
    /// <summary>The descriptor of a manifest, or <see langword="null"/> when the tag, the digest or the whole repository does not exist.</summary>
    /// <param name="reference">The tag or digest.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<Descriptor?> ResolveManifestAsync(ManifestReference reference, CancellationToken cancellationToken);

    /// <summary>
    /// Reads a manifest, or returns <see langword="null"/> when the tag, the digest or the whole repository does not exist. The bytes
    /// are verified: against the digest when asked by digest, against what the store says of them when asked by tag.
    /// </summary>
    /// <param name="reference">The tag or digest.</param>
    /// <param name="maxBytes">The most to read into memory.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LimitExceededException">
    /// The manifest is larger than <paramref name="maxBytes"/>. The exception names the option that sets this limit:
    /// <c>CacheFormatLimits.MaxManifestBytes</c>.
    /// </exception>
    /// <exception cref="ContentMismatchException">The bytes are not what they should be.</exception>
    Task<ManifestContent?> FetchManifestAsync(ManifestReference reference, long maxBytes, CancellationToken cancellationToken);
}
