namespace RegistryCache;

/// <summary>Selectors: which part of an input a step uses. A link matches only when its selector is equal, character for character.
/// Source: BuildKit solver/llbsolver/ops/exec.go and file.go.</summary>
public static class Selector
{
    /// <summary>All of the input: the empty text.</summary>
    public const string Everything = "";

    /// <summary>The selector of paths: the SHA-256 of the paths with a NUL between them; <see cref="Everything"/> for no path.</summary>
    /// <param name="paths">The paths, for example <c>/a</c>. Their order and spelling count, so keep both fixed.</param>
    /// <exception cref="ArgumentException">A path is empty or holds a NUL.</exception>
    public static string OfPaths(params IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        List<string> list = [.. paths];
        if (list.Exists(p => string.IsNullOrEmpty(p) || p.Contains('\0', StringComparison.Ordinal)))
            throw new ArgumentException("A path of a selector must not be empty and must not hold a NUL.", nameof(paths));
        return list.Count == 0 ? Everything : Digest.OfText(string.Join('\0', list)).ToString();
    }
}
