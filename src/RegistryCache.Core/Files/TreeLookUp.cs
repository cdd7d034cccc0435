using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Restore;

namespace RegistryCache.Core.Files;

/// <summary>Finds one file in a tree, or says what is there instead.</summary>
/// <param name="tree">The tree.</param>
/// <param name="place">What it is, for an error.</param>
/// <param name="hasLists">Whether some layers were not read but listed themselves.</param>
internal sealed class TreeLookUp(MemoryTarget tree, string place, bool hasLists)
{
    // A directory of a hostile layer can have millions of names, and comparing them takes time.
    private const int MostNames = 10_000;

    public TreeFile FindFile(string path)
    {
        var found = tree.Follow(path);
        return tree.At(found) switch
        {
            { File: { } file } => file,
            null => throw Missing(path, found),
            { Entry: { Kind: LayerEntryKind.HardLink, LinkTarget: var target } } => throw Error(
                $"'{Shown(path)}' in {place} is a hard link to '{Shown(target)}', which is in a lower layer. Open the file with the layers "
                + "below too."),
            { Entry.Kind: var kind } when kind != LayerEntryKind.Directory =>
                throw Error($"'{Shown(path)}' in {place} is a {kind}, which has no content. Open a file."),
            _ => throw Error($"'{Shown(path)}' in {place} is a directory. List the files to see what is in it, and open one of them."),
        };
    }

    private RegistryCacheException Missing(string path, string found) => Error(
        (found == path.Trim('/')
            ? $"'{Shown(path)}' does not exist in {place}."
            : $"'{Shown(path)}' in {place} leads through links to '{Shown(found)}', which does not exist there.")
        + (Nearest(found) is { } near ? $" Did you mean '{Shown(near)}'?" : " List the files to see what exists.")
        + (hasLists ? " A layer that lists its own files does not list sparse files. Only a restore has those." : ""));

    /// <summary>A path that is like the one that was asked for, as far as it exists.</summary>
    private string? Nearest(string path)
    {
        var directory = "";
        foreach (var part in path.Split('/'))
        {
            var names = tree.NamesIn(directory);
            if (!names.Contains(part))
            {
                return NearestName.Of(part, names.Take(MostNames).Where(n => Math.Abs(n.Length - part.Length) <= Math.Max(2, n.Length / 3)))
                    is { } name ? LayerPaths.Join(directory, name) : null;
            }

            directory = LayerPaths.Join(directory, part);
        }

        return null;
    }

    private static string Shown(string path) => "/" + ErrorText.Quote(path.Trim('/'));

    private static RegistryCacheException Error(string message) => new(RegistryCacheErrorCode.ContentNotFound, message);
}
