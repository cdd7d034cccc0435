using RegistryCache.Core.Graph;
using RegistryCache.Core.Import;
using RegistryCache.Core.Layers;
using RegistryCache.Core.Progress;
using RegistryCache.Core.Verification;

namespace RegistryCache.Core.Statistics;

/// <summary>Makes the statistics of one cache.</summary>
internal sealed class StatisticsReader(
    OpenPlace place, CacheSource source, LayerCodecSet codecs, LayerOptions layerOptions, TimeProvider time)
{
    private const int LayersAtOnce = 4;

    public async Task<CacheStatistics> RunAsync(CacheStatisticsOptions options, CancellationToken cancellationToken)
    {
        var content = await place.ImportAsync(cancellationToken).ConfigureAwait(false);
        if (content?.Graph is not { } graph)
            return new CacheStatistics(source) { Miss = place.Missing(content) };
        var pruned = graph.Prune(options.Prune, time);
        var seed = options.Seed ?? Random.Shared.Next();
        var layers = graph.ChainsParentsFirst().Select(c => c.Top).DistinctBy(l => l.Digest).ToList();
        var chosen = BlobSample.Choose([.. layers.Select(l => l.Digest)], options.ReadPercent, seed);
        var read = await ReadAsync([.. layers.Where(l => chosen.Contains(l.Digest))], options, cancellationToken).ConfigureAwait(false);
        var total = LayerShares.Total(layers);
        var min = LayerShares.Total(graph.KeepTargetResults());
        var kept = LayerShares.Total(pruned.Graph);
        return new CacheStatistics(source)
        {
            Manifest = content.Manifest,
            Config = content.Config,
            Records = JoiningRecord.Without(graph).Length,
            Results = graph.Records.Sum(r => r.Results.Count(x => x.Chain is not null)),
            Layers = total,
            ByAge = LayerShares.ByAge(graph, time.GetUtcNow()),
            ByStage = LayerShares.ByStage(graph),
            ByCompression = [.. layers.GroupBy(l => codecs.NameOf(l.Descriptor))
                .OrderByDescending(g => g.Sum(l => l.Descriptor.Size)).Select(g => Share(g, read))],
            Seed = seed,
            SavedByModeMin = new LayerTotal(total.Count - min.Count, total.Bytes - min.Bytes),
            SavedByPruning = new LayerTotal(total.Count - kept.Count, total.Bytes - kept.Bytes),
            Pruned = pruned,
            Trial = options.Try is { } compression && read.Count > 0 ? Trial(compression, total, read) : null,
        };
    }

    private async Task<Dictionary<CacheLayer, (long Uncompressed, long Encoded)>> ReadAsync(
        List<CacheLayer> layers, CacheStatisticsOptions options, CancellationToken cancellationToken)
    {
        var sample = new LayerSample(codecs, layerOptions, options.Try, options.Level);
        var read = new Dictionary<CacheLayer, (long, long)>();
        var progress = layers.Count == 0 ? null : ProgressMeter.Create(options.Progress, CachePhase.Examining, time);
        progress?.Expect(layers.Sum(l => l.Descriptor.Size));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = LayersAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(layers, parallel, async (layer, cancel) =>
        {
            var sizes = await sample.ReadAsync(layer, progress, cancel).ConfigureAwait(false);
            lock (read)
                read.Add(layer, sizes);
        }).ConfigureAwait(false);
        progress?.Complete();
        return read;
    }

    private static CompressionShare Share(
        IGrouping<LayerCompression?, CacheLayer> layers, Dictionary<CacheLayer, (long Uncompressed, long Encoded)> read)
    {
        var known = layers.Where(read.ContainsKey).ToList();
        return new CompressionShare(layers.Key, LayerShares.Total(layers), LayerShares.Total(known), known.Sum(l => read[l].Uncompressed));
    }

    private static CompressionTrial Trial(
        LayerCompression compression, LayerTotal all, Dictionary<CacheLayer, (long Uncompressed, long Encoded)> read)
    {
        var tried = LayerShares.Total(read.Keys);
        var after = read.Values.Sum(r => r.Encoded);
        var saved = tried.Bytes - after;
        var isExact = tried.Count == all.Count;
        return new CompressionTrial(
            compression, tried, after, isExact ? saved : (long)(saved / (double)Math.Max(1, tried.Bytes) * all.Bytes), isExact);
    }
}
