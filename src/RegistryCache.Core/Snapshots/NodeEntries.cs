using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Snapshots;

/// <summary>What is found in a folder, as entries of a layer.</summary>
internal sealed class NodeEntries(SnapshotOptions options)
{
    public LayerEntry HardLink(TreeItem item, string first) =>
        Describe(item, item.Node) with { Kind = LayerEntryKind.HardLink, LinkTarget = first, Size = 0 };

    public LayerEntry Describe(TreeItem item, FileNode node) => new()
    {
        Path = item.Path,
        Kind = node.Kind switch
        {
            FileKind.Directory => LayerEntryKind.Directory,
            FileKind.SymbolicLink => LayerEntryKind.SymbolicLink,
            FileKind.Fifo => LayerEntryKind.Fifo,
            FileKind.CharacterDevice => LayerEntryKind.CharacterDevice,
            FileKind.BlockDevice => LayerEntryKind.BlockDevice,
            _ => LayerEntryKind.File,
        },
        Mode = node.Mode,
        UserId = options.KeepOwners ? node.UserId : 0,
        GroupId = options.KeepOwners ? node.GroupId : 0,
        ModifiedAt = options.KeepTimes ? node.Modified.ToCacheTime() : options.ModifiedAt,
        Size = node.Kind == FileKind.File ? node.Size : 0,
        LinkTarget = node.Kind == FileKind.SymbolicLink ? item.Folder.ReadLink(node.Name) : "",
        DeviceMajor = node.NodeMajor,
        DeviceMinor = node.NodeMinor,
        ExtendedAttributes = NodeAttributes.Read(item.Folder, node.Name, options.ExtendedAttributes),
    };
}
