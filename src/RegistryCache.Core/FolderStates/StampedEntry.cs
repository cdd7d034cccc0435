using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.FolderStates;

/// <summary>Something in a folder, as a save or a restore has left it.</summary>
/// <param name="Path">The path; empty for the folder itself.</param>
/// <param name="Kind">The entry that it is in a layer.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Stamp">What the system said about it.</param>
/// <param name="Identity">The identity of the entry, from its metadata and its bytes.</param>
internal readonly record struct StampedEntry(EntryPath Path, LayerEntryKind Kind, UnixFileMode Mode, FileStamp Stamp, UInt128 Identity);
