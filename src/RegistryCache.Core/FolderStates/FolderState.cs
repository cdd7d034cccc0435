using RegistryCache.Core.Entries;

namespace RegistryCache.Core.FolderStates;

/// <summary>What lies in a folder of this machine, and what its files looked like. Each entry says something that is true as long as the
/// file has the same stamp, so a state needs no mark for a save or a restore that did not end. Immutable. See
/// docs/adr/0093-a-local-state-of-a-folder.md.</summary>
internal sealed record FolderState
{
    /// <summary>The real path of the folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The options that an identity depends on.</summary>
    public required string Form { get; init; }

    /// <summary>Which run of the system this was; empty if it does not say.</summary>
    public required string Boot { get; init; }

    /// <summary>The stamps show every change of what had changed before this time, by the clock of the file system.</summary>
    public required FileTime Time { get; init; }

    /// <summary>What is in the folder, in the order of <see cref="EntryPath.CompareTo"/>. Other files may be there too.</summary>
    public IReadOnlyList<StampedPart> Parts { get; init; } = [];

    /// <summary>How many entries it has.</summary>
    public int Count => Parts is [.., var last] ? last.First + last.Count : 0;

    /// <summary>The chain of the folder, the lowest group first.</summary>
    public IReadOnlyList<StatedGroup> Groups { get; init; } = [];

    /// <summary>The last save, if nothing else was in the folder then.</summary>
    public StatedSave? Save { get; init; }
}
