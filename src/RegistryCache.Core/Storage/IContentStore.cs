namespace RegistryCache.Storage;

/// <summary>
/// One place that caches can be read from and written to. A store that wraps another one derives from
/// <see cref="DelegatingContentStore"/>, so that it keeps what the other one can do.
/// </summary>
public interface IContentStore : IReadOnlyContentStore, IBlobStore, IManifestStore
{
    /// <summary>
    /// Stores a manifest and points a tag at it, if the tag still is where the caller has seen it. Writers that meet on one tag need it to
    /// lose nothing without waiting. Only with <see cref="StoreCapabilities.ConditionalTags"/>.
    /// </summary>
    /// <param name="manifest">The manifest; everything that it refers to is in the store.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="expected">The manifest that the tag pointed at; <see langword="null"/> when there was no such tag.</param>
    /// <param name="cancellationToken">Cancels the call; afterwards the tag points to the old or the new manifest.</param>
    /// <returns>Whether the tag was moved. If not, nothing has changed.</returns>
    /// <exception cref="NotSupportedException">The store cannot do it.</exception>
    Task<bool> TryPushManifestAsync(ManifestContent manifest, string tag, Digest? expected, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{DisplayName} cannot move tags conditionally.");

    /// <summary>
    /// Deletes everything that cannot be reached from a tag, as <c>reset=true</c> asks of a directory. Nothing is deleted when
    /// reachability cannot be told for certain. Only with <see cref="StoreCapabilities.Sweep"/>.
    /// </summary>
    /// <param name="cancellationToken">Cancels the sweep between two deletions.</param>
    /// <exception cref="NotSupportedException">The store cannot do it.</exception>
    Task<SweepReport> SweepAsync(CancellationToken cancellationToken) => throw new NotSupportedException($"{DisplayName} cannot be swept.");

    /// <summary>
    /// Deletes a manifest with all tags on it (by digest), or a tag (by tag; not every registry can). Only with
    /// <see cref="StoreCapabilities.DeleteManifests"/>.
    /// </summary>
    /// <param name="reference">The tag or digest.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it existed.</returns>
    /// <exception cref="NotSupportedException">The store cannot do it.</exception>
    Task<bool> DeleteManifestAsync(ManifestReference reference, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{DisplayName} cannot delete manifests.");
}
