using System.Globalization;

namespace RegistryCache;

/// <summary>What saving a folder did. Immutable.</summary>
/// <param name="Key">The key.</param>
/// <param name="ContentDigest">The digest of the folder's tar; <see langword="null"/> when the save failed before it was known, and
/// <c>ignore-error</c> was set.</param>
/// <param name="IsUnchanged">Whether the key was there with the same content and each of its layers, which the target was asked for, so
/// that nothing was sent at all. Existence and size are asked for, not the bytes: a layer whose bytes were changed without changing its
/// length is found by a restore.</param>
/// <param name="Export">The export.</param>
public sealed record FolderSave(string Key, Digest? ContentDigest, bool IsUnchanged, CacheExportReport? Export)
{
    /// <summary>What was written as the layer, and what was left out; <see langword="null"/> when the folder was not read.</summary>
    public LayerWriteReport? Layer { get; init; }

    /// <summary>The bytes of layers that were sent: 0 when another key has the same content.</summary>
    public long BytesSent => Export?.BytesSent ?? 0;

    /// <summary>The outcome on one line, for a person.</summary>
    public override string ToString() =>
        IsUnchanged ? $"{Key} is unchanged"
        : Export?.Error is { } error ? $"{Key} not saved: {error.Message}"
        : string.Create(CultureInfo.InvariantCulture, $"{Key} saved, {BytesSent} bytes sent");
}
