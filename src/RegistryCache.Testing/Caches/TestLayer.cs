namespace RegistryCache.Testing.Caches;

/// <summary>A layer of a few files, with the directories that they are in, as a snapshot of a folder has it.</summary>
internal static class TestLayer
{
    public static LayerSource Of(IReadOnlyList<(string Path, ReadOnlyMemory<byte> Content)> files)
    {
        var entries = new SortedDictionary<string, LayerContent>(StringComparer.Ordinal);
        foreach (var (path, content) in files)
        {
            for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
                entries[path[..slash]] = LayerContent.Directory(path[..slash]);
            entries[path] = LayerContent.File(path, content);
        }

        return LayerSource.FromEntries([.. entries.Values]);
    }
}
