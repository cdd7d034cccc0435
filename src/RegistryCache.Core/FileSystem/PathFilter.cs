using RegistryCache.Core.Entries;

namespace RegistryCache.Core.FileSystem;

internal sealed class PathFilter(IEnumerable<string> include, IEnumerable<string> exclude)
{
    private readonly PathGlob[] _include = include.Select(PathGlob.Parse).ToArray();
    private readonly PathGlob[] _exclude = exclude.Select(PathGlob.Parse).ToArray();

    /// <summary>Includes everything, also the temporary files of this library.</summary>
    public static PathFilter All { get; } = new([], []) { TakesOwnNames = true };

    public bool IncludesEverything => _include.Length == 0;

    private bool TakesOwnNames { get; init; }

    public bool Excludes(string path, bool isDirectory) =>
        Any(_exclude, path, isDirectory) || (!TakesOwnNames && OwnNames.Contains(LayerPaths.Split(path).Name));

    public bool Includes(string path, bool isDirectory) => Any(_include, path, isDirectory);

    private static bool Any(PathGlob[] globs, string path, bool isDirectory) =>
        Array.Exists(globs, glob => glob.Matches(path, isDirectory));
}
