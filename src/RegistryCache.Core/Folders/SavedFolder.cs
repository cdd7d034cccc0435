using RegistryCache.Core.Content;
using RegistryCache.Core.FolderStates;
using RegistryCache.Core.Loading;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>A folder that the tag has, as its indexes describe it: a base, and what was changed since, one group for each save.</summary>
internal sealed class SavedFolder(IReadOnlyList<FolderGroup> groups, LayerChain chain)
{
    public IReadOnlyList<FolderGroup> Groups => groups;

    public LayerChain Chain => chain;

    public bool HasTimes => groups.All(g => g.Index.HasTimes);

    public static SavedFolder Of(IReadOnlyList<FolderGroup> groups) => new(groups, LayerChain.Of(groups.SelectMany(g => g.All)));

    /// <summary>The groups for a local state.</summary>
    public IReadOnlyList<StatedGroup> ToStated() => [.. groups.Select(g => new StatedGroup(
        g.IndexLayer.DiffId!.Value, [.. g.Index.Layers.Select(l => (l.DiffId, l.Bytes))]))];

    /// <summary>The indexes by their diffIDs.</summary>
    public IEnumerable<(Digest DiffId, EntryIndex Index)> Indexes => groups.Select(g => (g.IndexLayer.DiffId!.Value, g.Index));

    /// <summary>Reads the indexes of a chain; <see langword="null"/> when they do not describe it.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="known">The index with a diffID, if it need not be fetched; <see langword="null"/> if none is known.</param>
    /// <param name="context">Reads layers.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public static async Task<SavedFolder?> ReadAsync(
        LayerChain chain, Func<Digest, EntryIndex?>? known, SessionContext context, CancellationToken cancellationToken)
    {
        var layers = chain.ToLayers();
        var groups = new List<FolderGroup>();
        var (entries, bytes, paths) = (0L, 0L, 0L);
        for (var i = 0; i < layers.Count;)
        {
            var indexLayer = layers[i++];
            if (indexLayer.DiffId is not { Algorithm: DigestAlgorithm.Sha256 } diffId)
                return null;
            if ((known?.Invoke(diffId) ?? await ReadIndexAsync(indexLayer, context, cancellationToken).ConfigureAwait(false))
                is not { } index
                || index.Layers.Count == 0 || index.Layers.Count > layers.Count - i || (index.Scale == 0) == (groups.Count == 0))
                return null;

            // Each index has limits of its own, and a chain of a stranger could have very many.
            entries += index.Columns.Count + index.Gone.Count;
            bytes += index.ToBytes().Length;
            paths += index.Columns.PathLength + index.Gone.Sum(p => (long)p.Length);
            if (entries > RestoreLimits.ForFolders.MaxEntries || bytes > EntryIndex.MaxBytes || paths > PathSeries.MaxBytes)
                return null;
            CacheLayer[] described = [.. layers.Skip(i).Take(index.Layers.Count)];
            if (!described.Select(l => l.DiffId).SequenceEqual(index.Layers.Select(l => (Digest?)l.DiffId)))
                return null;
            groups.Add(new FolderGroup(indexLayer, index, described));
            i += described.Length;
        }

        return new SavedFolder(groups, chain);
    }

    private static async Task<EntryIndex?> ReadIndexAsync(CacheLayer layer, SessionContext context, CancellationToken cancellationToken)
    {
        var limits = RestoreLimits.ForFolders;
        var stream = await new LayerLoad(layer, context).OpenReadAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var scanner = new TarScanner(stream, limits.MaxHeaderBytes);
            if (await scanner.NextAsync(cancellationToken).ConfigureAwait(false) is not { Path: EntryIndex.FileName } entry)
                return null;
            var index = await EntryIndex.ReadAsync(entry, scanner, cancellationToken).ConfigureAwait(false);

            // The digest of the layer is checked at its end.
            while (await scanner.NextAsync(cancellationToken).ConfigureAwait(false) is not null)
                index = null;
            await scanner.DrainAsync(limits.MaxTotalBytes, cancellationToken).ConfigureAwait(false);
            return index;
        }
    }
}
