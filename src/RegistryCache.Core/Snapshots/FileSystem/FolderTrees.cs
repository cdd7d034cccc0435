using RegistryCache.Core.Errors;

namespace RegistryCache.Core.Snapshots.FileSystem;

/// <summary>Deletes and copies whole trees, without recursion and without following a link.</summary>
internal static class FolderTrees
{
    /// <summary>Removes a name and everything below it. Nothing happens when it does not exist.</summary>
    public static void Delete(Folder parent, string name)
    {
        if (parent.TryOpenFolder(name) is not { } folder)
        {
            parent.DeleteFile(name);
            return;
        }

        using (folder)
            DeleteContent(folder, "", null);
        parent.DeleteEmptyFolder(name);
    }

    /// <summary>Removes what a folder holds.</summary>
    /// <param name="folder">The folder; it stays the caller's.</param>
    /// <param name="path">Its path, for <paramref name="keep"/>.</param>
    /// <param name="keep">Which paths stay; a directory that stays is looked into.</param>
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

    /// <summary>
    /// Makes an empty folder hold the same as another on the same file system. Files become further names of the same files, which is
    /// safe as long as nobody writes into them; a restore replaces files and never does.
    /// </summary>
    public static void Clone(Folder source, Folder target, CancellationToken cancellationToken)
    {
        var stack = new Stack<(Folder Source, Folder Target, Queue<FileNode> Nodes)>();
        stack.Push((source.Share(), target.Share(), new(source.List())));
        try
        {
            while (stack.TryPeek(out var level))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!level.Nodes.TryDequeue(out var node))
                {
                    level.Target.Apply(MetadataOf(level.Source, level.Target));
                    stack.Pop();
                    level.Source.Dispose();
                    level.Target.Dispose();
                }
                else if (node.Kind == FileKind.Directory)
                {
                    level.Target.TryCreateFolder(node.Name);
                    var inner = level.Source.TryOpenFolder(node.Name) ?? throw Vanished(node);
                    stack.Push((inner, level.Target.TryOpenFolder(node.Name) ?? throw Vanished(node), new(inner.List())));
                }
                else if (node.Kind == FileKind.SymbolicLink)
                {
                    level.Target.TryCreateLink(node.Name, level.Source.ReadLink(node.Name));
                    level.Target.Apply(node.Name, new NodeMetadata { Modified = node.Modified });
                }
                else
                {
                    level.Target.TryCreateHardLink(node.Name, level.Source, node.Name);
                }
            }
        }
        finally
        {
            foreach (var level in stack)
            {
                level.Source.Dispose();
                level.Target.Dispose();
            }
        }
    }

    private static NodeMetadata MetadataOf(Folder source, Folder target)
    {
        var node = source.Describe();
        var own = target.Describe();
        return new NodeMetadata
        {
            Mode = node.Mode,
            Owner = node.UserId == own.UserId && node.GroupId == own.GroupId ? null : (node.UserId, node.GroupId),
            Modified = node.Modified,
            Attributes = source.ReadAttributes("").ToDictionary(pair => pair.Key, pair => (ReadOnlyMemory<byte>)pair.Value),
        };
    }

    private static CacheStorageException Vanished(FileNode node) => new(
        RegistryCacheErrorCode.SourceChanged, $"The directory '{ErrorText.Quote(node.Name)}' was removed or replaced while it was read.")
    {
        IsTransient = true,
    };
}
