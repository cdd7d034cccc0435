using System.Diagnostics.CodeAnalysis;

namespace RegistryCache;

/// <summary>What layers make of an empty folder, in memory. For tests and for small results that never need a file.</summary>
public sealed class InMemoryTree
{
    private readonly SortedDictionary<string, LayerContent> _entries;

    internal InMemoryTree(SortedDictionary<string, LayerContent> entries) => _entries = entries;

    /// <summary>All entries, by path in the byte order of UTF-8. A hard link is an entry of its own, with the path of its file.</summary>
    public IReadOnlyCollection<LayerContent> Entries => _entries.Values;

    /// <summary>Finds an entry.</summary>
    /// <param name="path">The path, relative, with <c>/</c> between the parts.</param>
    /// <param name="entry">The entry, or <see langword="null"/>.</param>
    public bool TryFind(string path, [NotNullWhen(true)] out LayerContent? entry) => _entries.TryGetValue(path, out entry);
}
