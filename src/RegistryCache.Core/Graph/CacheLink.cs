namespace RegistryCache;

/// <summary>One way to satisfy an input of a record. It matches only when its selector is equal, character for character. Source: BuildKit
/// solver/llbsolver/ops/exec.go and file.go.</summary>
/// <param name="Record">The record that produced the input.</param>
/// <param name="Selector">Which part of it is used: an opaque string that must be equal, empty for all of it.</param>
public readonly record struct CacheLink(CacheRecord Record, string Selector)
{
    /// <summary>The selector of all of an input: the empty text.</summary>
    public const string Everything = "";

    /// <summary>The selector of paths: the SHA-256 of the paths with a NUL between them, or <see cref="Everything"/> when there is
    /// none.</summary>
    /// <param name="paths">The paths, for example <c>/a</c>. Their order and spelling count, so keep both fixed.</param>
    /// <exception cref="ArgumentException">A path is empty or holds a NUL.</exception>
    public static string SelectorOf(params IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        List<string> list = [.. paths];
        if (list.Exists(p => string.IsNullOrEmpty(p) || p.Contains('\0', StringComparison.Ordinal)))
            throw new ArgumentException("A path of a selector must not be empty and must not hold a NUL.", nameof(paths));
        return list.Count == 0 ? Everything : Digest.OfText(string.Join('\0', list)).ToString();
    }
}
