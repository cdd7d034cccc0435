using RegistryCache.Core.Snapshots;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>Chooses the saved folder that a folder is nearest to, and how much of it stays. See
/// docs/adr/0090-a-folder-as-a-chain-of-layers.md.</summary>
/// <param name="nodes">The folder as it is.</param>
/// <param name="hasTimes">Whether times are saved.</param>
/// <param name="limits">What a restore accepts.</param>
internal sealed class FolderPlanner(IReadOnlyList<ScannedNode> nodes, bool hasTimes, RestoreLimits limits)
{
    /// <summary>Each change since the base takes two layers or more. With the base the chain stays below the 127 layers that Docker
    /// loads.</summary>
    public const int MaxGroupsOnTop = 20;

    private const int MaxLayers = 120;

    /// <summary>Of the bytes that a restore fetches, this part may be in vain: a fifth, less the error of an estimate by uncompressed
    /// bytes.</summary>
    private const double VainLimit = 0.19;

    /// <summary>Above this part, a save writes again what is mostly in vain, although it need not yet.</summary>
    private const double VainToReduce = 0.1;

    /// <summary>What that may cost, as a part of what the save writes anyway. So a later save, after a large deletion, need not do all of
    /// it.</summary>
    private const double MostForReducing = 0.3;

    /// <summary>A layer is written again before it must be if this part of it is in vain: what is sent once is then less than what every
    /// restore fetches less.</summary>
    private const double MostlyInVain = 0.5;

    /// <summary>If more than this part of the folder had to be rewritten, all of it is.</summary>
    private const double MostRewritten = 0.7;

    private readonly Dictionary<Digest, (CacheLayer Layer, IndexedLayer Indexed)> _known = [];
    private FolderPlan? _best;

    /// <summary>The folder by path.</summary>
    public IReadOnlyDictionary<string, ScannedNode> ByPath =>
        field ??= nodes.ToDictionary(n => n.Entry.Path, StringComparer.Ordinal);

    /// <summary>Compares with a saved folder. All nodes must have been read.</summary>
    /// <returns>Whether it is the same.</returns>
    public bool Consider(SavedFolder saved)
    {
        foreach (var part in saved.Groups[0].Parts())
            _known[EntryIdentity.Of(part.Entries.Select(e => e.Identity))] = (part.Layer, part.Indexed);
        if (saved.HasTimes != hasTimes)
            return false;
        var difference = new FolderDifference(nodes, ByPath, saved.Groups);
        if (_best is null || difference.Weight < _best.Difference!.Weight || difference.IsNone)
            _best = new FolderPlan(difference, saved, difference);
        return _best.IsUnchanged;
    }

    /// <summary>A layer of a base that holds exactly these nodes, if one was seen.</summary>
    public (CacheLayer Layer, IndexedLayer Indexed)? Find(IEnumerable<ScannedNode> run) =>
        _known.Count > 0 && _known.TryGetValue(EntryIdentity.Of(run.Select(n => n.Identity)), out var found) ? found : null;

    public FolderPlan Finish()
    {
        if (_best is not { Like: { } like } best)
            return new FolderPlan(null, null, null);
        if (best.IsUnchanged)
            return best;

        // When there are too many groups, the upper half becomes one: what changed last is the most likely to change again.
        var difference = best.Difference!;
        for (var count = like.Groups.Count / 2; !Fits(difference); count--)
        {
            if (count <= 0)
                return best with { Difference = null };
            difference = new FolderDifference(nodes, ByPath, [.. like.Groups.Take(count)]);
        }

        return ChooseRewritten(difference) is { } rewritten
            ? best with { Difference = difference, Rewritten = rewritten }
            : best with { Difference = null };
    }

    private bool Fits(FolderDifference difference)
    {
        var indexes = difference.Below.Select(g => g.Index).ToList();
        var entries = indexes.Sum(i => (long)i.Entries.Length + i.Gone.Count + 1) + difference.Changed.Length + difference.Gone.Count;
        return indexes.Count <= MaxGroupsOnTop
            && indexes.Count + difference.Parts.Count + 2 + (difference.Weight / indexes[0].Scale * 2) <= MaxLayers
            && difference.Weight <= nodes.Sum(n => n.Weight) / 2
            && entries < limits.MaxEntries
            && difference.Parts.Sum(p => p.Indexed.Bytes) + difference.Weight <= limits.MaxTotalBytes;
    }

    /// <summary>The layers that are mostly in vain: as many as it takes to be within the limit, and some before that if they cost little;
    /// <see langword="null"/> when that would be nearly all.</summary>
    private static HashSet<int>? ChooseRewritten(FolderDifference difference)
    {
        var parts = difference.Parts;
        var stored = parts.Sum(p => p.Layer.Descriptor.Size);
        var written = difference.Weight * (stored / Math.Max(1.0, parts.Sum(p => p.Indexed.Bytes)));
        var fetched = stored + written;
        var vain = parts.Sum(p => p.VainBytes);
        var live = fetched - vain;
        var isNeeded = vain > VainLimit * fetched;
        var rewritten = new HashSet<int>();
        var groups = new HashSet<FolderGroup>();
        var again = 0.0;
        var worstFirst = difference.Below.SelectMany(g => g.Layers.Select(_ => g))
            .Select((group, i) => (Number: i, Group: group, Part: parts[i], parts[i].HasDeadLink, parts[i].VainShare))
            .OrderByDescending(p => p.HasDeadLink).ThenByDescending(p => p.VainShare);
        foreach (var (number, group, part, hasDeadLink, share) in worstFirst)
        {
            var cost = part.Layer.Descriptor.Size - part.VainBytes + (groups.Contains(group) ? 0 : group.IndexLayer.Descriptor.Size);
            if (isNeeded
                ? !hasDeadLink && vain <= VainLimit * fetched
                : vain <= VainToReduce * fetched || share < MostlyInVain || again + cost > MostForReducing * written)
                return hasDeadLink ? [] : again <= MostRewritten * live ? rewritten : null;
            rewritten.Add(number);
            groups.Add(group);
            again += cost;
            vain -= part.VainBytes;
            fetched -= part.VainBytes;
        }

        return again <= MostRewritten * live ? rewritten : null;
    }
}
