using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>The part of some layers that a restore takes, because the rest is in the folder already. Only the last entry of a path may be
/// taken, so nothing that a layer says about lower layers matters.</summary>
/// <param name="Layers">The layers that are read.</param>
/// <param name="Take">The modification time that a path of one of these layers, given by its number, gets; <see langword="null"/> if it
/// is not taken.</param>
/// <param name="Count">How many paths are taken.</param>
/// <param name="Directories">Directories whose entries are not read, with the metadata that they get; <see langword="null"/> for one that
/// has no entry, so it keeps its own.</param>
/// <param name="Has">Whether a path belongs to what is restored, so that it is never removed.</param>
internal sealed record RestoreSelection(
    IReadOnlyList<BlobSource> Layers,
    Func<int, string, FileTime?> Take,
    int Count,
    IReadOnlyDictionary<string, NodeMetadata?> Directories,
    Func<string, bool> Has)
{
    private readonly Dictionary<string, (LayerEntry Entry, byte[] Content)> _written = new(StringComparer.Ordinal);

    /// <summary>The entries that were taken, and for a file the SHA-256 of its bytes.</summary>
    public IReadOnlyDictionary<string, (LayerEntry Entry, byte[] Content)> Written => _written;

    /// <summary>The time by the clock of the file system when everything was in its place: what changes later shows it.</summary>
    public FileTime Time { get; set; }

    /// <summary>Whether the folder still is as it was when this was chosen.</summary>
    public required Func<bool> Holds { get; init; }

    /// <summary>Whether the folder is not touched at all.</summary>
    public bool IsNothing { get; init; }

    public void Add(LayerEntry entry, byte[] content) => _written[entry.Path] = (entry, content);

    /// <exception cref="RegistryCacheException">A layer does not have what it was said to have.</exception>
    public void RequireAll()
    {
        if (_written.Count < Count)
            throw LayerPaths.Invalid("A layer does not hold what its index says");
    }
}
