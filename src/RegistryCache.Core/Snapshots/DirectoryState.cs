using RegistryCache.Core.ContentDigests;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Restore;

namespace RegistryCache;

/// <summary>The content of a directory at one moment, to compare with its content later. Immutable. No file stays open.</summary>
public sealed class DirectoryState
{
    private DirectoryState(string path, SnapshotOptions options, bool hasContent, Dictionary<string, HashedNode> nodes)
    {
        Path = path;
        Options = options;
        HasContent = hasContent;
        Nodes = nodes;
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>The number of files, directories, links and other names.</summary>
    public int Count => Nodes.Count;

    internal SnapshotOptions Options { get; }

    internal bool HasContent { get; }

    internal Dictionary<string, HashedNode> Nodes { get; }

    /// <summary>Looks at a directory.</summary>
    /// <param name="path">The directory. It must not change while this runs; it may change later.</param>
    /// <param name="options">What a later layer of changes takes and keeps; <see langword="null"/> for the defaults.</param>
    /// <param name="readContent">Whether to read every file, so that a file later counts as changed only if its bytes have changed. By
    /// default, which is far faster, its size, times and inode are compared. Systems without inodes, such as Windows, always read.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="RegistryCacheException">The directory cannot be read, or it changed during the call.</exception>
    public static async Task<DirectoryState> CaptureAsync(
        string path, SnapshotOptions? options = null, bool readContent = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new SnapshotOptions();

        // If the system does not identify files, only their bytes show every change.
        using (var folder = Folder.Open(path, options.Access))
            readContent |= !folder.Describe().HasIdentity;
        var nodes = await ReadAsync(path, options, readContent, new OwnPlaces([], options.Access), cancellationToken).ConfigureAwait(false);
        return new DirectoryState(
            AbsolutePath.Of(path), options, readContent, nodes.ToDictionary(node => node.Path, StringComparer.Ordinal));
    }

    internal static async Task<List<HashedNode>> ReadAsync(
        string path, SnapshotOptions options, bool readContent, OwnPlaces own, CancellationToken cancellationToken)
    {
        await RestoreTransaction.RecoverAsync(path, options.Access, cancellationToken).ConfigureAwait(false);
        var filter = new PathFilter(options.Include, options.Exclude);
        if (readContent)
            return await TreeHash.ReadAsync(path, filter, 0, null, options.Access, own, cancellationToken).ConfigureAwait(false);
        return await Task.Run(
            () =>
            {
                using var root = Folder.Open(path, options.Access);
                var result = new List<HashedNode>();
                foreach (var (folder, node, name) in TreeWalk.Over(root, filter, own))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (node.Kind is not (FileKind.Socket or FileKind.Unknown))
                        result.Add(new HashedNode(name, node)
                        {
                            LinkTarget = node.Kind == FileKind.SymbolicLink ? folder.ReadLink(node.Name) : "",
                        });
                }

                return result;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The state without some paths and what is below them.</summary>
    internal DirectoryState Without(IReadOnlyList<string> paths)
    {
        if (paths.Count == 0)
            return this;
        bool IsKept(string path) => !paths.Any(own => path == own || path.StartsWith(own + "/", StringComparison.Ordinal));
        return new DirectoryState(
            Path, Options, HasContent, Nodes.Where(node => IsKept(node.Key))
                .ToDictionary(node => node.Key, node => node.Value, StringComparer.Ordinal));
    }

    /// <summary>Whether a layer would have the same entry for a name as before.</summary>
    internal bool IsUnchanged(HashedNode now)
    {
        if (!Nodes.TryGetValue(now.Path, out var then))
            return false;
        var (before, after) = (then.Node, now.Node);
        if (before.Kind != after.Kind || before.Mode != after.Mode || then.LinkTarget != now.LinkTarget
            || (Options.KeepOwners && (before.UserId != after.UserId || before.GroupId != after.GroupId))
            || (Options.KeepTimes && before.Modified != after.Modified)
            || (Options.ExtendedAttributes != ExtendedAttributePolicy.None && before.Changed != after.Changed)
            || before.NodeMajor != after.NodeMajor || before.NodeMinor != after.NodeMinor)
            return false;

        // The times of a directory change with every name in it, so they do not count.
        if (after.Kind != FileKind.File)
            return true;
        return HasContent ? then.Hash.AsSpan().SequenceEqual(now.Hash) : before.SameContentAs(after);
    }
}
