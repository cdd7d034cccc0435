using System.Collections.Concurrent;
using RegistryCache.Core.Content;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Loading;
using RegistryCache.Core.Progress;
using RegistryCache.Core.Snapshots;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>Makes the layers of one save and sends them, several at a time. Their blobs are in temporary files until this is
/// disposed.</summary>
internal sealed class FolderWriter(
    FolderCacheOptions options,
    SessionContext context,
    FolderScan scan,
    FolderPlanner planner,
    Func<CacheLayer, CancellationToken, Task> send) : IAsyncDisposable
{
    private const int AtATime = 3;
    private readonly ConcurrentBag<LayerConversion> _made = [];
    private readonly ProgressMeter? _compressing = ProgressMeter.Create(options.Progress, CachePhase.Compressing, context.Time);

    public int LayersMade => _made.Count;

    /// <summary>Writes what the plan says.</summary>
    public async Task<SavedFolder> WriteAsync(FolderPlan plan, CancellationToken cancellationToken)
    {
        var saved = await WritePlanAsync(plan, cancellationToken).ConfigureAwait(false);
        _compressing?.Complete();
        return saved;
    }

    private async Task<SavedFolder> WritePlanAsync(FolderPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Difference is not { } difference)
            return SavedFolder.Of([await WriteBaseAsync(plan, cancellationToken).ConfigureAwait(false)]);
        if (plan.Rewritten.Count > 0)
        {
            // What a layer does not hold any more can show what is below it, so the rest is compared with what there is then.
            var below = await RewriteAsync(plan, difference, cancellationToken).ConfigureAwait(false);
            difference = new FolderDifference(scan.Nodes, planner.ByPath, below);
        }

        if (difference.IsNone)
            return SavedFolder.Of(difference.Below);
        var runs = SegmentBorders.Cut(difference.Changed, difference.Below[0].Index.Scale);
        var layers = runs.Select((run, i) => new PlannedLayer(run, i == 0 ? difference.Gone : []));
        var top = await WriteGroupAsync(layers, scale: 0, difference.Gone, plan, cancellationToken).ConfigureAwait(false);
        return SavedFolder.Of([.. difference.Below, top]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var made in _made)
            await made.DisposeAsync().ConfigureAwait(false);
    }

    private Task<FolderGroup> WriteBaseAsync(FolderPlan plan, CancellationToken cancellationToken)
    {
        // The scale of the saved folder stays for as long as the number of layers allows it, because with another one all borders move.
        var scale = SegmentBorders.ScaleOf(scan.Weight, options.SmallestScale);
        if (plan.Like?.Groups[0].Index.Scale == 2 * scale)
            scale *= 2;
        var runs = SegmentBorders.Cut([.. scan.Nodes], scale);
        var layers = runs.Select(run => new PlannedLayer(run, []) { Known = planner.Find(run) });
        return WriteGroupAsync(layers, scale, [], plan, cancellationToken);
    }

    /// <summary>The groups that stay, with the layers that are written again.</summary>
    private async Task<IReadOnlyList<FolderGroup>> RewriteAsync(
        FolderPlan plan, FolderDifference difference, CancellationToken cancellationToken)
    {
        var groups = new List<FolderGroup>();
        var number = 0;
        foreach (var group in difference.Below)
        {
            var first = number;
            number += group.Layers.Count;
            if (!Enumerable.Range(first, group.Layers.Count).Any(plan.Rewritten.Contains))
            {
                groups.Add(group);
                continue;
            }

            var layers = Enumerable.Range(first, group.Layers.Count)
                .Select(i => Planned(difference, i, i == first ? group.Index.Gone : [], plan.Rewritten.Contains(i)))
                .Where(l => !l.IsEmpty).ToList();
            if (layers.Count == 0 && groups.Count == 0)
                layers.Add(new PlannedLayer([], []));
            if (layers.Count > 0)
            {
                groups.Add(await WriteGroupAsync(layers, group.Index.Scale, group.Index.Gone, plan, cancellationToken)
                    .ConfigureAwait(false));
            }
        }

        return groups;
    }

    // A directory stays, because what is above it may need it: with what it is now, or else as any.
    private PlannedLayer Planned(FolderDifference difference, int number, IReadOnlyList<string> gone, bool isRewritten)
    {
        var part = difference.Parts[number];
        if (!isRewritten)
            return new PlannedLayer([], gone) { Known = (part.Layer, part.Indexed), KnownEntries = part.Entries };
        return new PlannedLayer([.. part.Kept.Select(NodeOf)], gone);
    }

    private ScannedNode NodeOf(IndexedEntry entry)
    {
        var path = entry.Path.ToString();
        return planner.ByPath.TryGetValue(path, out var node) && node.Entry.Kind == entry.Kind
            ? node
            : new ScannedNode(null, "", LayerContent.Directory(path).Entry, default(FileStamp) with { Modified = entry.Modified }, null);
    }

    private async Task<FolderGroup> WriteGroupAsync(
        IEnumerable<PlannedLayer> planned, long scale, IReadOnlyList<string> gone, FolderPlan plan, CancellationToken cancellationToken)
    {
        PlannedLayer[] layers = [.. planned];
        _compressing?.Expect(layers.Where(l => l.Known is null).Sum(l => l.Nodes.Sum(n => n.Weight)));
        var written = new (CacheLayer Layer, IndexedLayer Indexed)[layers.Length];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, layers.Length), parallel, async (i, token) =>
            written[i] = layers[i].Known
                ?? await EncodeAsync(
                    scan.ToLayer(layers[i].Nodes, Whiteouts(layers[i].Gone)), layers[i].Nodes.Count, FirstPath(layers[i]), token)
                    .ConfigureAwait(false)).ConfigureAwait(false);

        var index = new EntryIndex
        {
            Scale = scale,
            HasTimes = options.SavesTimes,
            Layers = [.. written.Select(p => p.Indexed)],
            Entries = ToIndexed(layers, plan),
            Gone = gone,
        };
        var (indexLayer, _) = await EncodeAsync(LayerSource.FromEntries([index.ToFile()]), 1, "", cancellationToken).ConfigureAwait(false);
        return new FolderGroup(indexLayer, index, [.. written.Select(p => p.Layer)]);
    }

    // There can be very many, so the array is made once, in its length.
    private static IndexedEntry[] ToIndexed(PlannedLayer[] layers, FolderPlan plan)
    {
        var entries = new IndexedEntry[layers.Sum(l => l.Count)];
        var count = 0;
        foreach (var entry in layers.SelectMany(l => l.ToIndexed(plan.Nearest)))
            entries[count++] = entry;
        return entries;
    }

    // What is in a directory that is gone needs no mark of its own.
    private static List<string> Whiteouts(IReadOnlyList<string> gone)
    {
        var all = gone.ToHashSet(StringComparer.Ordinal);
        return [.. gone.Where(path => LayerPaths.Split(path).Parent is not { Length: > 0 } parent || !all.Contains(parent))];
    }

    private static string FirstPath(PlannedLayer layer) => layer.Nodes is [var first, ..] ? first.Entry.Path : "";

    private async Task<(CacheLayer Layer, IndexedLayer Indexed)> EncodeAsync(
        LayerSource source, int count, string path, CancellationToken cancellationToken)
    {
        var reported = new ReportedSource(source);
        var encoded = await EncodeAsync(reported, path, attempt: 1, cancellationToken).ConfigureAwait(false);
        _made.Add(encoded);
        var layer = new CacheLayer(encoded.Descriptor.WithAnnotation(AnnotationKeys.CreatedAt, context.Now().ToString()), encoded.Source);
        await send(layer, cancellationToken).ConfigureAwait(false);
        return (layer, new IndexedLayer(layer.DiffId!.Value, reported.Report!.Bytes, count));
    }

    // A large file is not read again while it is written. So when one changes, its layer is made again.
    private async Task<LayerConversion> EncodeAsync(ReportedSource source, string path, int attempt, CancellationToken cancellationToken)
    {
        try
        {
            var tar = source.ToBlobSource();
            return await context.EncodeAsync(
                _compressing?.Measure(tar, path) ?? tar, options.Compression, options.CompressionLevel, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (CacheStorageException e) when (e.Code == RegistryCacheErrorCode.SourceChanged && attempt < FileReading.Attempts)
        {
            return await EncodeAsync(source, path, attempt + 1, cancellationToken).ConfigureAwait(false);
        }
    }
}
