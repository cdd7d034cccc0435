namespace RegistryCache.Storage;

/// <summary>Manifests that can be resolved, read and added. Implementations are thread-safe.</summary>
public interface IManifestStore : IReadOnlyManifestStore
{
    /// <summary>
    /// Stores a manifest and, when a tag is given, points the tag at it. This is the commit of an export: everything that the
    /// manifest refers to must be in the store before. The tag moves in one step, or not at all.
    /// </summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="tag">The tag, or <see langword="null"/> to store the manifest under its digest only.</param>
    /// <param name="cancellationToken">Cancels the call; afterwards the tag points to the old or the new manifest.</param>
    Task PushManifestAsync(ManifestContent manifest, string? tag, CancellationToken cancellationToken);
}
