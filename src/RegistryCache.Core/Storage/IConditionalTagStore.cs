namespace RegistryCache.Storage;

/// <summary>
/// A store that can move a tag only if nobody else has moved it meanwhile. Directories and memory can; the registry protocol has no
/// such request. Writers that meet on one tag need it to lose nothing without waiting.
/// </summary>
public interface IConditionalTagStore
{
    /// <summary>Stores a manifest and points the tag at it, if the tag still is where the caller has seen it.</summary>
    /// <param name="manifest">The manifest; everything that it refers to is in the store.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="expected">The manifest that the tag pointed at; <see langword="null"/> when there was no such tag.</param>
    /// <param name="cancellationToken">Cancels the call; afterwards the tag points to the old or the new manifest.</param>
    /// <returns>Whether the tag was moved. If not, nothing has changed.</returns>
    Task<bool> TryPushManifestAsync(ManifestContent manifest, string tag, Digest? expected, CancellationToken cancellationToken);
}
