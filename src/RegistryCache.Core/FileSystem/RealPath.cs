using RegistryCache.Core.Errors;

namespace RegistryCache.Core.FileSystem;

/// <summary>The path of a file or directory without any link in it, for systems that do not tell which file is which.</summary>
internal static class RealPath
{
    private const int MaxLinks = 64;

    public static string Of(string path)
    {
        var full = AbsolutePath.Of(path);
        for (var links = 0; links < MaxLinks; links++)
        {
            if (FirstLink(full) is not { } resolved)
                return Path.TrimEndingDirectorySeparator(full);
            full = resolved;
        }

        // A circle of links leads nowhere, so it is equal to nothing else.
        return full;
    }

    private static string? FirstLink(string full)
    {
        var root = Path.GetPathRoot(full) ?? "";
        for (var end = root.Length; end < full.Length;)
        {
            var next = full.IndexOf(Path.DirectorySeparatorChar, end);
            next = next < 0 ? full.Length : next;
            var part = full[..next];
            if (next > end && new DirectoryInfo(part).LinkTarget is { } target)
                return Path.GetFullPath(Path.Join(Path.Combine(Path.GetDirectoryName(part) ?? root, target), full[next..]));
            end = next + 1;
        }

        return null;
    }
}
