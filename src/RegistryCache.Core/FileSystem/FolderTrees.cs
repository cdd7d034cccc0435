using System.Buffers;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;

namespace RegistryCache.Core.FileSystem;

/// <summary>Deletes and copies whole trees, without recursion and without following a link.</summary>
internal static class FolderTrees
{
    private const int CopyBuffer = 128 * 1024;

    /// <summary>Removes a name and everything below it. Nothing happens when it does not exist.</summary>
    public static void Delete(Folder parent, string name)
    {
        Unlock(parent, parent.Find(name));
        if (parent.TryOpenFolder(name) is not { } folder)
        {
            parent.DeleteFile(name);
            return;
        }

        using (folder)
            DeleteContent(folder, "", null);
        parent.DeleteEmptyFolder(name);
    }

    /// <summary>Removes what a folder holds, except the paths that <paramref name="keep"/> names. Those are looked into.</summary>
    public static void DeleteContent(Folder folder, string path, Func<string, bool>? keep)
    {
        var stack = new Stack<(Folder Folder, string Path, string Name, Queue<FileNode> Nodes, bool Stays)>();
        stack.Push((folder.Share(), path, "", new(folder.List()), true));
        try
        {
            while (stack.TryPeek(out var level))
            {
                if (!level.Nodes.TryDequeue(out var node))
                {
                    stack.Pop().Folder.Dispose();
                    if (!level.Stays)
                        stack.Peek().Folder.DeleteEmptyFolder(level.Name);
                    continue;
                }

                var child = LayerPaths.Join(level.Path, node.Name);
                var stays = keep?.Invoke(child) ?? false;
                Unlock(level.Folder, node);
                if (node.Kind == FileKind.Directory && level.Folder.TryOpenFolder(node.Name) is { } inner)
                    stack.Push((inner, child, node.Name, new(inner.List()), stays));
                else if (!stays)
                    level.Folder.DeleteFile(node.Name);
            }
        }
        finally
        {
            foreach (var level in stack)
                level.Folder.Dispose();
        }
    }

    // Read-only directories cannot be emptied, not even by their owner.
    private static void Unlock(Folder parent, FileNode? node)
    {
        if (node is { Kind: FileKind.Directory } && !node.Mode.HasFlag(FileModes.PrivateDirectory))
            parent.Apply(node.Name, new NodeMetadata { Mode = node.Mode | FileModes.PrivateDirectory });
    }

    /// <summary>Copies the content of a folder into an empty one on another file system. Each hard link becomes a separate file.</summary>
    public static void Copy(Folder source, Folder target, CancellationToken cancellationToken)
    {
        foreach (var node in source.List())
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (node.Kind)
            {
                case FileKind.Directory:
                    target.TryCreateFolder(node.Name);
                    using (var inner = source.TryOpenFolder(node.Name) ?? throw Vanished(node))
                    using (var copy = target.TryOpenFolder(node.Name) ?? throw Vanished(node))
                    {
                        Copy(inner, copy, cancellationToken);
                        copy.Apply(MetadataOf(inner.Describe(), copy.Describe(), inner.ReadAttributes("")));
                    }

                    break;
                case FileKind.File:
                    CopyFile(source, target, node, cancellationToken);
                    break;
                case FileKind.SymbolicLink:
                    target.TryCreateLink(node.Name, source.ReadLink(node.Name));
                    CopyMetadata(source, target, node, hasMode: false);
                    break;
                default:
                    target.TryCreateNode(node.Name, node);
                    CopyMetadata(source, target, node, hasMode: true);
                    break;
            }
        }
    }

    private static void CopyFile(Folder source, Folder target, FileNode node, CancellationToken cancellationToken)
    {
        using var from = source.TryOpenFile(node.Name) ?? throw Vanished(node);
        using var to = target.TryCreateFile(node.Name) ?? throw Vanished(node);
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBuffer);
        try
        {
            RandomAccess.SetLength(to, node.Size);
            for (long offset = 0; offset < node.Size;)
            {
                (offset, var end) = source.NextData(from, offset, node.Size);
                while (offset < end)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var read = RandomAccess.Read(from, buffer.AsSpan(0, (int)Math.Min(CopyBuffer, end - offset)), offset);
                    if (read == 0)
                        throw CacheStorageException.Changed(
                            $"'{ErrorText.Quote(node.Name)}' became shorter while it was copied. Try again.");
                    RandomAccess.Write(to, buffer.AsSpan(0, read), offset);
                    offset += read;
                }
            }
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            throw CacheStorageException.Failed($"Cannot write '{ErrorText.Quote(Path.Join(target.FullPath, node.Name))}'", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        target.Apply(to, node.Name, MetadataOf(node, target.Describe(to, node.Name), source.ReadAttributes(node.Name)));
    }

    private static void CopyMetadata(Folder source, Folder target, FileNode node, bool hasMode)
    {
        var own = target.Find(node.Name) ?? throw Vanished(node);
        var metadata = MetadataOf(node, own, source.ReadAttributes(node.Name));
        target.Apply(node.Name, hasMode ? metadata : metadata with { Mode = null });
    }

    private static NodeMetadata MetadataOf(FileNode node, FileNode own, SortedDictionary<string, byte[]> attributes) => new()
    {
        Mode = node.Mode,
        Owner = node.UserId == own.UserId && node.GroupId == own.GroupId ? null : (node.UserId, node.GroupId),
        Modified = node.Modified,
        Attributes = attributes.ToDictionary(pair => pair.Key, pair => (ReadOnlyMemory<byte>)pair.Value),
    };

    private static CacheStorageException Vanished(FileNode node) =>
        CacheStorageException.Changed($"'{ErrorText.Quote(node.Name)}' was removed or replaced while it was read.");
}
