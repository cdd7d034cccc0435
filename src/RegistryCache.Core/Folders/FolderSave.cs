using System.Globalization;

namespace RegistryCache;

/// <summary>What saving a folder did. Immutable.</summary>
/// <param name="Key">The key.</param>
/// <param name="ContentDigest">A digest of what the folder holds: names, kinds, modes, links and bytes. Equal folders have equal ones.
/// <see langword="null"/> if the save failed before it was known.</param>
/// <param name="IsUnchanged">Whether the key already had this content, so that nothing was sent. The target was asked whether it has each
/// layer in the right size; its bytes were not read. Damage at the same size is found by a restore. If the key was saved more than a day
/// ago, its date is renewed, which is a change of the tag without any layer.</param>
/// <param name="Export">The export.</param>
public sealed record FolderSave(string Key, Digest? ContentDigest, bool IsUnchanged, CacheExportReport? Export)
{
    /// <summary>What the folder holds, and what was skipped; <see langword="null"/> when the folder was not read.</summary>
    public LayerWriteReport? Layer { get; init; }

    /// <summary>The layers of the saved folder, indexes included.</summary>
    public int Layers { get; init; }

    /// <summary>How many of these layers this save made. The others were there.</summary>
    public int LayersMade { get; init; }

    /// <summary>How many saves of changes lie on the base of the folder.</summary>
    public int ChangesOnBase { get; init; }

    /// <summary>Whether the base of the folder was written: by the first save, and when a restore would fetch too much in vain. Layers of
    /// an older base that are the same stay even then.</summary>
    public bool IsNewBase { get; init; }

    /// <summary>The time until what the target holds was known.</summary>
    public TimeSpan LookUpTime { get; init; }

    /// <summary>The time of the whole save. <see cref="CacheExportReport.Duration"/> of the export is the part after the last layer was
    /// made: each layer is sent while the next ones are compressed.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The bytes of layers that were sent: 0 when another key has the same content.</summary>
    public long BytesSent => Export?.BytesSent ?? 0;

    /// <summary>The outcome on one line, for a person.</summary>
    public override string ToString() =>
        IsUnchanged ? $"{Key} is unchanged"
        : Export?.Error is { } error ? $"{Key} not saved: {error.Message}"
        : string.Create(CultureInfo.InvariantCulture, $"{Key} saved, {BytesSent} bytes sent");
}
