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
/// <param name="stamp">What the system said about it.</param>
/// <param name="first">The first name of the same file, for a hard link.</param>
internal sealed class ScannedNode(Folder? root, string inside, LayerEntry entry, FileStamp stamp, ScannedNode? first)
{
    // One for all, because there can be very many nodes.
    private static readonly Lock Names = new();

    private UInt128 _identity;
    private bool _isIdentified;
    private bool _hasOtherNames;

    public Folder? Root => root;

    public string Inside => inside;

    public ScannedNode? First => first;

    public LayerEntry Entry { get; private set; } = entry;

    /// <summary>What the system said about it last.</summary>
    public FileStamp Stamp { get; private set; } = stamp;

    public FileTime Modified => Stamp.Modified;

    /// <summary>About what it takes in a tar.</summary>
    public long Weight => TarFormat.BlockSize + Entry.Size + TarFormat.Padding(Entry.Size);

    /// <summary>Whether the identity can be told.</summary>
    public bool IsRead => first?.IsRead ?? (_isIdentified || Entry.Kind != LayerEntryKind.File);

    /// <summary>Equal for two nodes that are the same in all that a layer holds, their bytes included. A hard link is the same only if its
    /// file is. Every file must have been read.</summary>
    public UInt128 Identity
    {
        get
        {
            if (!_isIdentified && first is null)
                Identify([]);
            return first is null ? _identity : IdentityOfLink(first.Identity);
        }
    }

    /// <summary>Notes that another name is one of this file; <see langword="false"/> if another file was read here since.</summary>
    public bool TryShare(FileNode node)
    {
        lock (Names)
            return _hasOtherNames = IsOf(node);
    }

    /// <summary>Notes what a file was when it was read; <see langword="false"/> if it is another one than its other names are of.</summary>
    public bool TryRead(FileNode node, LayerEntry current, ReadOnlySpan<byte> hash)
    {
        lock (Names)
        {
            if (_hasOtherNames && !IsOf(node))
                return false;
            (Entry, Stamp) = (current, FileStamp.Of(node));
        }

        Identify(hash);
        return true;
    }

    /// <summary>Notes the SHA-256 of a file that was what the scan found when it was read.</summary>
    public void Read(ReadOnlySpan<byte> hash) => Identify(hash);

    private bool IsOf(FileNode node) => (Stamp.Inode, Stamp.Device) == (node.Inode, node.Device);

    /// <summary>Notes the identity of a file that is known to be what it was when it was read before.</summary>
    public void Know(UInt128 identity) => (_identity, _isIdentified) = (identity, true);

    public IndexedEntry ToIndexed(FileTime? modified) => new(Entry.Path, Entry.Kind, Entry.Size, modified ?? Modified, Identity);

    private void Identify(ReadOnlySpan<byte> content) => (_identity, _isIdentified) = (EntryIdentity.Of(Entry, content), true);

    private UInt128 IdentityOfLink(UInt128 file)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, file);
        return EntryIdentity.Of(Entry, bytes);
    }
}
