using RegistryCache.Core.Entries;

namespace RegistryCache.Core.Tar;

/// <summary>One entry of a layer, as an index knows it.</summary>
/// <param name="Path">The path.</param>
/// <param name="Kind">What it is. An index has no whiteouts; see <see cref="EntryIndex.Gone"/>.</param>
/// <param name="Size">The length of a regular file; 0 for everything else.</param>
/// <param name="Modified">When it was changed.</param>
/// <param name="Identity">Two entries with the same value are the same in all that a layer holds, their bytes included.</param>
internal readonly record struct IndexedEntry(EntryPath Path, LayerEntryKind Kind, long Size, FileTime Modified, UInt128 Identity);
