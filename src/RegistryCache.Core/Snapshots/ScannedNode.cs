using System.Buffers.Binary;
using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Snapshots;

/// <summary>Something found in a folder, as the entry of a layer that it becomes. The bytes of a file are read later, once or
/// twice.</summary>
/// <param name="root">The open folder; <see langword="null"/> for what is not read.</param>
/// <param name="inside">The path in it.</param>
/// <param name="entry">The entry.</param>
/// <param name="modified">When it was changed.</param>
/// <param name="first">The first name of the same file, for a hard link.</param>
internal sealed class ScannedNode(Folder? root, string inside, LayerEntry entry, FileTime modified, ScannedNode? first)
{
    private UInt128? _identity;

    public Folder? Root => root;

    public string Inside => inside;

    public ScannedNode? First => first;

    public LayerEntry Entry { get; private set; } = entry;

    public FileTime Modified { get; private set; } = modified;

    /// <summary>The SHA-256 of a file's bytes, once they were read.</summary>
    public byte[]? ContentHash { get; private set; }

    /// <summary>About what it takes in a tar.</summary>
    public long Weight => TarFormat.BlockSize + Entry.Size + TarFormat.Padding(Entry.Size);

    /// <summary>Whether the identity can be told.</summary>
    public bool IsRead => first is null ? Entry.Kind != LayerEntryKind.File || ContentHash is not null : first.IsRead;

    /// <summary>Equal for two nodes that are the same in all that a layer holds, their bytes included. A hard link is the same only if its
    /// file is. Every file must have been read.</summary>
    public UInt128 Identity => _identity ??= Identify();

    /// <summary>Notes what a file was when it was read.</summary>
    public void Read(FileNode node, LayerEntry current, byte[] hash) =>
        (Entry, Modified, ContentHash, _identity) = (current, node.Modified, hash, null);

    public IndexedEntry ToIndexed(FileTime? modified) => new(Entry.Path, Entry.Kind, Entry.Size, modified ?? Modified, Identity);

    private UInt128 Identify()
    {
        Span<byte> file = stackalloc byte[16];
        if (first is not null)
            BinaryPrimitives.WriteUInt128BigEndian(file, first.Identity);
        return EntryIdentity.Of(Entry, first is not null ? file : ContentHash);
    }
}
