using RegistryCache.Core.Entries;

namespace RegistryCache.Core.Files;

/// <summary>Whether a layer's own list of files says all that its tar says. If not, the tar is read.</summary>
internal static class ListCheck
{
    /// <summary>No path comes twice, no name can be an escaped one, which only the tar tells, and no file is one of AUFS or of this
    /// library's index, whose content matters for other entries.</summary>
    public static bool IsEnough(IReadOnlyList<LayerEntry> entries)
    {
        var paths = new HashSet<string>(entries.Count, StringComparer.Ordinal);
        return entries.All(e => paths.Add(e.Path) && IsPlain(e));
    }

    private static bool IsPlain(LayerEntry entry)
    {
        if (LayerPaths.IsOfAufs(entry.Path) || (entry.Kind == LayerEntryKind.HardLink && LayerPaths.IsOfAufs(entry.LinkTarget)))
            return false;
        var plain = NameEscapes.Unescape(entry);
        return plain.Path == entry.Path && plain.LinkTarget == entry.LinkTarget;
    }
}
