using System.Globalization;

namespace RegistryCache;

/// <summary>What saving a folder did. Immutable.</summary>
/// <param name="Key">The key.</param>
/// <param name="ContentDigest">The digest of the folder's tar; <see langword="null"/> if the save failed before it was known.</param>
/// <param name="IsUnchanged">Whether the key already had this content, so that nothing was sent. The target was asked whether it has each
/// layer in the right size; its bytes were not read. Damage at the same size is found by a restore.</param>
/// <param name="Export">The export.</param>
public sealed record FolderSave(string Key, Digest? ContentDigest, bool IsUnchanged, CacheExportReport? Export)
{
    /// <summary>What was written to the layer, and what was skipped; <see langword="null"/> when the folder was not read.</summary>
    public LayerWriteReport? Layer { get; init; }

    /// <summary>The bytes of layers that were sent: 0 when another key has the same content.</summary>
    public long BytesSent => Export?.BytesSent ?? 0;

    /// <summary>The outcome on one line, for a person.</summary>
    public override string ToString() =>
        IsUnchanged ? $"{Key} is unchanged"
        : Export?.Error is { } error ? $"{Key} not saved: {error.Message}"
        : string.Create(CultureInfo.InvariantCulture, $"{Key} saved, {BytesSent} bytes sent");
}
