using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>Takes, applies and compares trees.</summary>
internal static class Trees
{
    public static async Task<byte[]> TarOfAsync(LayerSource source)
    {
        using var stream = new MemoryStream();
        await source.WriteToAsync(stream, CancellationToken.None);
        return stream.ToArray();
    }

    public static Task<byte[]> TarOfAsync(string path, SnapshotOptions? options = null) => TarOfAsync(LayerSource.FromDirectory(path, options));

    public static Task<RestoreReport> ApplyAsync(string directory, RestoreOptions? options, params byte[][] layers) =>
        LayerApplier.ApplyAsync(layers.Select(layer => BlobSource.FromBytes(layer)).ToList(), directory, options);

    /// <summary>One line for each name: type, mode, size, times on request (in .NET's steps of 100 ns if coarse), links and a digest of the content.</summary>
    public static List<string> Describe(string directory, bool withTimes = false, bool withAttributes = false, bool isCoarse = false)
    {
        var lines = new List<string>();
        var inodes = new Dictionary<ulong, string>();
        using var root = Folder.Open(directory);
        foreach (var (folder, node, path) in TreeWalk.Over(root, PathFilter.All))
        {
            var line = $"{path} {node.Kind} {Convert.ToString((int)node.Mode, 8)}";
            if (node.Kind == FileKind.SymbolicLink)
                line += " -> " + folder.ReadLink(node.Name);
            // The further names of a file say so, the first does not: its other names may be outside the tree.
            if (node.LinkCount > 1 && node.Kind == FileKind.File && !inodes.TryAdd(node.Inode, path))
                line += " = " + inodes[node.Inode];
            if (node.Kind == FileKind.File)
            {
                using var handle = folder.TryOpenFile(node.Name)!;
                using var stream = new FileStream(handle, FileAccess.Read);
                line += $" {node.Size} {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream))}";
            }

            if (node.Kind is FileKind.CharacterDevice or FileKind.BlockDevice)
                line += $" {node.NodeMajor}:{node.NodeMinor}";
            if (withTimes)
                line += $" {node.Modified.Seconds}.{(isCoarse ? node.Modified.Nanoseconds / 100 * 100 : node.Modified.Nanoseconds):D9}";
            if (withAttributes)
                line += " " + string.Join(',', folder.ReadAttributes(node.Name).Select(pair => $"{pair.Key}={Convert.ToHexString(pair.Value)}"));
            lines.Add(line);
        }

        return lines;
    }
}
