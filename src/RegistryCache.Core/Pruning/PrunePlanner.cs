using RegistryCache.Core.Export;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Import;
using RegistryCache.Core.Layers;
using RegistryCache.Storage;

namespace RegistryCache.Core.Pruning;

/// <summary>Reads what the tags of a place need, applies rules, and says what goes and what that frees. Changes nothing.</summary>
internal sealed class PrunePlanner(OpenPlace place, LayerCodecSet codecs, CacheFormatLimits limits)
{
    private const int TagsAtOnce = 8;

    private readonly StoreNeeds _needs = new(place.Store, limits);
    private readonly List<string> _warnings = [];

    /// <summary>Plans to prune one tag, or all tags if <paramref name="only"/> is <see langword="null"/>.</summary>
    public async Task<PrunePlan> PlanAsync(
        PruneRules rules, string? only, ResultOrder order, DateTimeOffset now, CancellationToken cancellationToken)
    {
        rules.RequireOne();
        var tags = await ReadAsync(tag => only is null || tag == only, only, cancellationToken).ConfigureAwait(false);
        var caches = tags.Where(t => t.Cache?.Graph is not null).ToList();
        var pruned = new PruneSelection(rules, order, now).Prune([.. caches.Select(t => new PrunedCache(t.Name, t.Cache!.Graph!))]);
        var changes = new List<(StoreTag Tag, PrunedGraph Pruned, PlannedExport? Planned)>();
        for (var i = 0; i < caches.Count; i++)
        {
            if (!pruned[i].IsUnchanged)
            {
                var planned = PruneRemoval.Plan(pruned[i].Graph, caches[i].Cache!.Form!.Value, codecs);
                changes.Add((caches[i], pruned[i], planned));
            }
        }

        var plan = await FreeAsync(tags, changes, cancellationToken).ConfigureAwait(false);
        var (before, after) = (SizeOf(caches.Select(c => c.Cache!.Graph!)), SizeOf(pruned.Select(p => p.Graph)));
        if (rules.MaxBytes < after)
            _warnings.Add("The caches stay larger than asked for, because the rules protect what is left.");
        return plan with
        {
            IsHit = caches.Count > 0 || tags.Exists(t => t.Problem is not null),
            Skipped = [.. tags.Where(t => t.Problem is not null).Select(t => (t.Name, t.Problem!))],
            LayerBytes = (before, after),
            Warnings = [.. plan.Warnings, .. _warnings],
        };
    }

    /// <summary>Plans to remove one tag as a whole.</summary>
    public async Task<PrunePlan> PlanRemovalAsync(bool allowsImages, CancellationToken cancellationToken)
    {
        var tags = await ReadAsync(static _ => false, place.Tag, cancellationToken).ConfigureAwait(false);
        if (tags.Find(t => t.Name == place.Tag) is not { } tag)
            return new PrunePlan(place, []) { IsHit = false };
        if (!allowsImages)
        {
            var content = await place.ReadAsync(known: null, cancellationToken).ConfigureAwait(false);
            place.RequireCache(content, $"Name a tag with a cache, or allow its removal ({nameof(allowsImages)}, --image).");
        }

        var plan = await FreeAsync(tags, [(tag, new PrunedGraph(CacheGraph.Empty, []), null)], cancellationToken).ConfigureAwait(false);
        return plan with { Warnings = [.. plan.Warnings, .. _warnings] };
    }

    private async Task<List<StoreTag>> ReadAsync(Func<string, bool> isRuled, string? required, CancellationToken cancellationToken)
    {
        var names = await NamesAsync(required, cancellationToken).ConfigureAwait(false);
        var found = new StoreTag?[names.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = TagsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, found.Length, options, async (i, cancel) =>
            found[i] = await ReadTagAsync(names[i], isRuled(names[i]), cancel).ConfigureAwait(false)).ConfigureAwait(false);
        return [.. found.OfType<StoreTag>()];
    }

    private async Task<IReadOnlyList<string>> NamesAsync(string? required, CancellationToken cancellationToken)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var canList = place.Store.Capabilities.HasFlag(StoreCapabilities.ListTags);
        try
        {
            if (canList)
                names.UnionWith(await place.Store.ListTagsAsync(cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (RegistryCacheException e) when (required is not null
            && e.Code is RegistryCacheErrorCode.RegistryResponse or RegistryCacheErrorCode.RegistryUnauthorized)
        {
            canList = false;
        }

        if (!canList)
        {
            _warnings.Add(required is null
                ? throw new RegistryCacheException(
                    RegistryCacheErrorCode.InvalidOptions, $"{place.Store.DisplayName} cannot list its tags. Name one.")
                : $"The tags of {place.Store.DisplayName} cannot be listed. If others need the same content, less is freed.");
        }

        if (required is not null)
            names.Add(required);
        return [.. names];
    }

    private async Task<StoreTag?> ReadTagAsync(string name, bool isRuled, CancellationToken cancellationToken)
    {
        if (await _needs.FetchAsync(ManifestReference.ByTag(name), cancellationToken).ConfigureAwait(false) is not { } manifest)
            return null;
        var tag = new StoreTag(name, manifest);
        tag = tag with { IsKnown = await _needs.AddAsync(manifest, tag.Needs, cancellationToken).ConfigureAwait(false) };
        if (!isRuled)
            return tag;
        try
        {
            var content = await place.WithTag(name).LookAsync(manifest, cancellationToken).ConfigureAwait(false);
            return content.Config is not null ? tag with { Cache = content }
                : content.Graph is null ? tag
                : tag with { Problem = "The cache is inside an image, which is not changed." };
        }
        catch (RegistryCacheException e) when (InlineLoader.IsAboutContent(e))
        {
            return tag with { Problem = e.Message };
        }
    }

    private async Task<PrunePlan> FreeAsync(
        List<StoreTag> tags, List<(StoreTag Tag, PrunedGraph Pruned, PlannedExport? Planned)> changes, CancellationToken cancellationToken)
    {
        AddReferrerTags(tags, changes);
        var changed = changes.Select(c => c.Tag.Name).ToHashSet(StringComparer.Ordinal);
        var stays = new Dictionary<Digest, long>();
        foreach (var tag in tags.Where(t => !changed.Contains(t.Name)))
            Add(stays, tag.Needs);
        var oldNeeds = stays.Keys.ToHashSet();
        foreach (var plan in changes.Select(c => c.Planned).OfType<PlannedExport>())
            Add(stays, Needs(plan));

        var goes = new Dictionary<Digest, long>();
        foreach (var (tag, _, _) in changes)
        {
            Add(goes, tag.Needs);
            oldNeeds.UnionWith(tag.Needs.Keys);
        }

        var added = stays.Where(n => !oldNeeds.Contains(n.Key)).Sum(n => n.Value);
        var leftOver = await ReferrersAsync(tags, changes, stays, goes, cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<Digest, long> freed = goes.Where(n => !stays.ContainsKey(n.Key)).ToDictionary(n => n.Key, n => n.Value);
        IReadOnlyList<string> warnings = [];
        if (place.Store.Capabilities.HasFlag(StoreCapabilities.Sweep))
        {
            (freed, warnings) = await place.Store.PlanSweepAsync(
                changes.ToDictionary(c => c.Tag.Name, c => c.Planned?.Manifest), cancellationToken).ConfigureAwait(false);
        }
        else if (tags.Exists(t => !t.IsKnown))
        {
            _warnings.Add("Some tags hold manifests of an unknown form. If they need the same content, less is freed.");
        }

        var open = freed.ToDictionary();
        return new PrunePlan(place, [.. changes.Select(c => Describe(c.Tag, c.Pruned, c.Planned, open))])
        {
            Freed = freed,
            AddedBytes = added,
            LeftOver = [.. leftOver.Where(freed.ContainsKey)],
            Warnings = warnings,
        };
    }

    /// <summary>Adds the tags in which a registry without an endpoint for referrers keeps them. Source: OCI distribution-spec,
    /// "Referrers Tag Schema".</summary>
    private static void AddReferrerTags(
        List<StoreTag> tags, List<(StoreTag Tag, PrunedGraph Pruned, PlannedExport? Planned)> changes)
    {
        var changed = changes.Select(c => c.Tag.Name).ToHashSet(StringComparer.Ordinal);
        var stays = tags.Where(t => !changed.Contains(t.Name)).Select(t => t.Digest).ToHashSet();
        var names = changes.Select(c => c.Tag.Digest).Where(d => !stays.Contains(d)).Select(d => $"{d.AlgorithmName}-{d.Hex}")
            .ToHashSet(StringComparer.Ordinal);
        changes.AddRange(tags.Where(t => names.Contains(t.Name) && !changed.Contains(t.Name))
            .Select(t => (t, new PrunedGraph(CacheGraph.Empty, []), (PlannedExport?)null)));
    }

    /// <summary>Adds what refers to the manifests that go. Only if there is any, also what refers to those that stay.</summary>
    /// <returns>The manifests that a registry keeps under their digests after their tags have moved: children before what names
    /// them.</returns>
    private async Task<IReadOnlyList<Digest>> ReferrersAsync(
        List<StoreTag> tags,
        List<(StoreTag Tag, PrunedGraph Pruned, PlannedExport? Planned)> changes,
        Dictionary<Digest, long> stays,
        Dictionary<Digest, long> goes,
        CancellationToken cancellationToken)
    {
        Digest[] old = [.. changes.Select(c => c.Tag.Digest).Distinct().Where(d => !stays.ContainsKey(d))];
        var referrers = await _needs.AddReferrersAsync(old, goes, cancellationToken).ConfigureAwait(false);
        if (referrers.Count > 0)
        {
            await _needs.AddReferrersAsync(
                tags.Select(t => t.Digest).Distinct().Except(old), stays, cancellationToken).ConfigureAwait(false);
        }

        var children = goes.Keys.Except(old).Except(referrers).Where(d => _needs.IsManifest(d) && !stays.ContainsKey(d));
        return [.. referrers.Reverse(), .. old, .. children];
    }

    private static PrunedTag Describe(StoreTag tag, PrunedGraph pruned, PlannedExport? planned, Dictionary<Digest, long> open)
    {
        var freed = 0L;
        foreach (var digest in tag.Needs.Keys)
            freed += open.Remove(digest, out var size) ? size : 0;
        return new PrunedTag(tag.Name, tag.Manifest.Descriptor, pruned)
        {
            NewManifest = planned?.Manifest.Descriptor,
            FreedBytes = freed,
            Removed = tag.Cache is null ? null : new PruneRemoval(pruned.Results),
            Needs = tag.Needs.Keys,
        };
    }

    private static long SizeOf(IEnumerable<CacheGraph> graphs) =>
        BlobOwners.BlobsOf(graphs.SelectMany(g => g.Records).SelectMany(r => r.Results)).Values.Sum();

    private static void Add(Dictionary<Digest, long> all, IEnumerable<KeyValuePair<Digest, long>> more)
    {
        foreach (var (digest, size) in more)
            all[digest] = size;
    }

    private static IEnumerable<KeyValuePair<Digest, long>> Needs(PlannedExport planned) =>
        planned.Config.Entries.Select(e => e.Top.Descriptor).Append(planned.ConfigDescriptor).Append(planned.Manifest.Descriptor)
            .Select(d => KeyValuePair.Create(d.Digest, d.Size));
}
