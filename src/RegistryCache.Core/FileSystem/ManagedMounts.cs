namespace RegistryCache.Core.FileSystem;

/// <summary>The mount points below a folder, for <see cref="ManagedFolder"/>. They are read once, at the first question.</summary>
/// <param name="root">The full path of the folder, as the paths in it are asked for: links that lead to it are allowed.</param>
internal sealed class ManagedMounts(string root)
{
    private readonly Lazy<HashSet<string>> _points = new(() => Read(root));

    public bool IsPoint(string path) => _points.Value.Contains(path);

    /// <summary>Whether two paths are in the same mount, as far as mounts begin in the folder.</summary>
    public bool AreOne(string path, string other) => string.Equals(PointOf(path), PointOf(other), StringComparison.Ordinal);

    private string? PointOf(string path)
    {
        for (var at = path; at is not null; at = Path.GetDirectoryName(at))
        {
            if (IsPoint(at))
                return at;
        }

        return null;
    }

    // The system reports mount points without links in their paths.
    private static HashSet<string> Read(string root)
    {
        var real = RealPath.Of(root);
        return DriveInfo.GetDrives().Select(drive => drive.Name)
            .Where(point => point.StartsWith(real + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .Select(point => root + point[real.Length..])
            .ToHashSet(StringComparer.Ordinal);
    }
}
