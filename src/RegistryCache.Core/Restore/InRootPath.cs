using RegistryCache.Core.Entries;

namespace RegistryCache.Core.Restore;

/// <summary>Follows symbolic links in a path as a system does whose root directory is the folder: an absolute link starts at the folder,
/// and <c>..</c> in the folder stays in it. Nothing is looked up outside the folder, whatever the links say.</summary>
internal static class InRootPath
{
    private const int MaxLinks = 40;

    /// <summary>The path without links.</summary>
    /// <param name="path">A path inside the folder.</param>
    /// <param name="linkAt">The text of the link at a path whose parent has no links, or <see langword="null"/>.</param>
    /// <param name="maxDepth">The most parts that the result may have.</param>
    public static string Resolve(string path, Func<string, string?> linkAt, int maxDepth) => Follow(path, linkAt, maxDepth, isRoot: true)!;

    /// <summary>The path without links, or <see langword="null"/> when one of them is absolute or leads out of the folder.</summary>
    public static string? ResolveIfInside(string path, Func<string, string?> linkAt, int maxDepth) =>
        Follow(path, linkAt, maxDepth, isRoot: false);

    private static string? Follow(string path, Func<string, string?> linkAt, int maxDepth, bool isRoot)
    {
        var pending = new Stack<string>();
        Push(pending, path);
        var done = new List<string>();
        for (var links = 0; pending.TryPop(out var part);)
        {
            if (part is "" or ".")
                continue;
            if (part == "..")
            {
                if (done.Count > 0)
                    done.RemoveAt(done.Count - 1);
                else if (!isRoot)
                    return null;
                continue;
            }

            if (OperatingSystem.IsWindows() && WindowsNames.Problem(part) is { } problem)
                throw LayerPaths.Unsafe($"A link on the way to '{ErrorText.Quote(path)}' {problem}");
            done.Add(part);
            if (done.Count > maxDepth)
                throw new LimitExceededException(
                    $"The depth of the path '{ErrorText.Quote(path)}'", "RestoreLimits.MaxPathDepth", maxDepth);
            if (linkAt(string.Join('/', done)) is not { } target)
                continue;
            if (++links > MaxLinks)
            {
                throw LayerPaths.Unsafe(
                    $"The path '{ErrorText.Quote(path)}' leads through more than {MaxLinks} symbolic links, perhaps in a circle");
            }

            done.RemoveAt(done.Count - 1);
            if (target.StartsWith('/'))
            {
                if (!isRoot)
                    return null;
                done.Clear();
            }

            Push(pending, target);
        }

        return string.Join('/', done);
    }

    private static void Push(Stack<string> pending, string path)
    {
        foreach (var part in path.Split('/').Reverse())
            pending.Push(part);
    }
}
