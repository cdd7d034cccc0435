using System.Globalization;
using Microsoft.Extensions.Logging;
using RegistryCache.Core.Content;
using RegistryCache.Core.Diagnostics;
using RegistryCache.Core.Format;
using RegistryCache.Core.Graph;
using RegistryCache.Layers;
using RegistryCache.Storage;

namespace RegistryCache.Core.Export;

/// <summary>Graph → mode filter → plan → layers → config → manifest → tag, to every place of one target.</summary>
internal sealed class CacheExporter(
    CacheTarget target,
    IReadOnlyList<ExportPlace> places,
    LayerConverter converter,
    CacheExportOptions options,
    CacheFormatLimits limits,
    TimeProvider time,
    ILogger logger) : ICacheExporter
{
    public async Task<CacheExportReport> ExportAsync(CacheGraph graph, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var start = time.GetTimestamp();
        CacheExportReport report;
        try
        {
            report = await RunTypedAsync(graph, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (target.IgnoreError && !IsWrongUse(e))
        {
            CoreLog.ExportIgnored(logger, target, e.CodeText, e.Message);
            report = new CacheExportReport(target) { Error = e };
        }

        return report with { Duration = time.GetElapsedTime(start) };
    }

    internal static bool IsWrongUse(RegistryCacheException e) => e.Code is
        RegistryCacheErrorCode.InvalidOptions or RegistryCacheErrorCode.InvalidParameter or RegistryCacheErrorCode.InvalidReference
        or RegistryCacheErrorCode.UnsupportedCompression;

    private async Task<CacheExportReport> RunTypedAsync(CacheGraph graph, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(graph, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk under the spool, a source file that went away: whatever reads or writes files outside a store.
            throw new CacheStorageException(RegistryCacheErrorCode.StorageFailure, $"The export to {target} could not read or write a file: {ErrorText.Sentence(e.Message)}", e);
        }
    }

    private async Task<CacheExportReport> RunAsync(CacheGraph graph, CancellationToken cancellationToken)
    {
        var order = ResultOrder.At(time.GetUtcNow(), limits.MaxClockSkew);
        var warnings = Overruled(graph, order);
        var all = ResultCount(graph);
        var mode = target.Mode ?? options.DefaultMode;
        if (mode == CacheMode.Min)
            graph = TargetResults.KeepBest(graph, options.Targets ?? graph.FindTargets(), order);
        var kept = ResultCount(graph);
        var done = new CacheExportReport(target) { Mode = mode, Results = kept, ResultsLeftOut = all - kept };

        // A config has one result a record; the layers of the others are not sent, so nothing may refer to them below.
        graph = GraphRewrite.BestResultsOnly(graph, order);
        var plan = Fit(PlannedExport.Of(graph, target.Form), order, warnings);
        if (plan.IsEmpty)
        {
            CoreLog.ExportEmpty(logger, target);
            await SweepAsync(warnings, cancellationToken).ConfigureAwait(false);
            return done with { IsEmpty = true, Warnings = warnings };
        }

        var before = await LookAsync(cancellationToken).ConfigureAwait(false);
        var request = new LayerConversionRequest(target.Compression, target.CompressionLevel, target.ForceCompression);
        var layers = await new LayerExporter(places, converter, request, target.Form, options, time)
            .ExportAsync(plan.Config.Entries.Select(e => e.Top), cancellationToken).ConfigureAwait(false);

        foreach (var layer in layers.Values.Select(l => l.After).Where(l => l.MalformedDiffId is not null))
        {
            warnings.Add(
                $"Layer {layer.Digest} has the annotation {AnnotationKeys.Uncompressed} '{ErrorText.Quote(layer.MalformedDiffId)}', which is not a digest, "
                + "so BuildKit cannot load it. Copy with force-compression=true and another compression to compute it.");
        }

        // Converted layers have other digests, so they sort, and number, differently.
        plan = Fit(PlannedExport.Of(GraphRewrite.MapLayers(plan.Graph, l => layers[l.Digest].After), target.Form), order, warnings);
        var tags = new MergedTag[places.Count];
        for (var i = 0; i < places.Count; i++)
            tags[i] = await CommitAsync(places[i], before[i], plan, order, warnings, cancellationToken).ConfigureAwait(false);
        warnings.AddRange(tags.Select(t => t.Warning).OfType<string>());
        await SweepAsync(warnings, cancellationToken).ConfigureAwait(false);
        foreach (var warning in warnings)
            CoreLog.ExportWarning(logger, target, warning);
        CoreLog.ExportDone(logger, target, layers.Count, tags[0].Manifest.Digest);
        return done with
        {
            Manifest = tags[0].Manifest,
            Config = tags[0].Config,
            Places = [.. places.Select((p, i) => new ExportedPlace(p.Store.DisplayName, p.Tag, [.. layers.Values.Select(l => l.ByPlace[i])]))],
            Warnings = warnings,
            IsUnchanged = Array.TrueForAll(tags, t => !t.IsMoved) && layers.Values.All(l => l.ByPlace.All(p => p.Outcome == BlobPushOutcome.AlreadyPresent)),
        };
    }

    private static int ResultCount(CacheGraph graph) => graph.Records.Count(r => r.NewestResult is { Chain: not null });

    private static List<string> Overruled(CacheGraph graph, ResultOrder order)
    {
        var steps = graph.Records.Count(r => order.Best(r.Results) is { } best && order.Overruled(best, r.Results) is not null);
        return steps == 0 ? [] : [string.Create(
            CultureInfo.InvariantCulture,
            $"{steps} {(steps == 1 ? "result" : "results")} of an earlier source won although a later source has a newer one. Sources are trusted in their order; ask for the newest ({nameof(CacheSourcePreference)}.{nameof(CacheSourcePreference.Newest)}, --prefer newest) to change that.")];
    }

    /// <summary>
    /// Looks at what the tags hold before anything is sent: a merge refuses what is not a cache, an export that replaces says what it
    /// replaced. Whether the tags can be read at all is not decided here.
    /// </summary>
    private async Task<TagContent?[]> LookAsync(CancellationToken cancellationToken)
    {
        var contents = new TagContent?[places.Count];
        for (var i = 0; i < contents.Length; i++)
        {
            try
            {
                // A merge reads the cache itself, in each attempt.
                contents[i] = await places[i].ReadTagAsync(!options.MergeWithExisting, cancellationToken).ConfigureAwait(false);
            }
            catch (RegistryCacheException e)
            {
                CoreLog.TagNotRead(logger, target, e.CodeText, e.Message);
            }

            if (options.MergeWithExisting)
                places[i].RequireCache(contents[i], options.OverwriteImage);
        }

        return contents;
    }

    /// <summary>Makes an export readable: for us always, for BuildKit as <see cref="CacheExportOptions.Oversize"/> says.</summary>
    private PlannedExport Fit(PlannedExport plan, ResultOrder order, List<string> warnings)
    {
        var fitting = FitForBuildKit(plan, order, warnings);
        if (fitting.Unreadable(limits) is { } over)
            throw new LimitExceededException($"The cache for {target}, which no import with the same limits could read back, is not written. It", over.Limit, over.Value, over.Actual);
        return fitting;
    }

    private PlannedExport FitForBuildKit(PlannedExport plan, ResultOrder order, List<string> warnings)
    {
        if (!plan.Exceeds(options.OversizeThreshold))
            return plan;
        var sizes = string.Create(
            CultureInfo.InvariantCulture,
            $"The cache config has {plan.Config.Json.Length} bytes and the manifest {plan.Manifest.Bytes.Length}; BuildKit reads {options.OversizeThreshold} at most");
        switch (options.Oversize)
        {
            case OversizePolicy.Fail:
                throw new LimitExceededException(sizes + ". This export", nameof(CacheExportOptions.OversizeThreshold), options.OversizeThreshold);
            case OversizePolicy.Trim:
                var trimmed = GraphTrimmer.Trim(plan.Graph, target.Form, options.OversizeThreshold, order);
                warnings.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{sizes}, so {plan.RecordCount - trimmed.RecordCount} of {plan.RecordCount} records were left out."));
                return trimmed;
            default:
                if (warnings.Count == 0)
                    warnings.Add(sizes + " and will ignore this cache. Export fewer builds to one tag, use mode=min, or let the export trim.");
                return plan;
        }
    }

    /// <summary>Does what <c>reset</c> asks. The cache is exported by now, so problems are warnings.</summary>
    private async Task SweepAsync(List<string> warnings, CancellationToken cancellationToken)
    {
        if (!target.SweepsAfterExport)
            return;
        foreach (var store in places.Select(p => p.Store).Where(s => s.Capabilities.HasFlag(StoreCapabilities.Sweep)))
        {
            try
            {
                warnings.AddRange((await store.SweepAsync(cancellationToken).ConfigureAwait(false)).Warnings);
            }
            catch (RegistryCacheException e)
            {
                warnings.Add($"reset: {e.Message}");
            }
        }
    }

    private async Task<MergedTag> CommitAsync(
        ExportPlace place, TagContent? before, PlannedExport plan, ResultOrder order, List<string> warnings, CancellationToken cancellationToken)
    {
        try
        {
            if (options.MergeWithExisting)
            {
                return await new TagMerger(place, merged => Fit(PlannedExport.Of(options.ReduceMerged?.Invoke(merged) ?? merged, target.Form), order, warnings), options, order, time, logger)
                    .MergeAsync(plan.Graph, cancellationToken).ConfigureAwait(false);
            }

            await place.Store.PushBlobAsync(plan.ConfigDescriptor, BlobSource.FromBytes(plan.Config.Json), options.Progress, cancellationToken).ConfigureAwait(false);
            await place.Store.PushManifestAsync(plan.Manifest, place.Tag, cancellationToken).ConfigureAwait(false);
            await place.RequireReadableAsync(before, cancellationToken).ConfigureAwait(false);
            var isForeseen = options.OverwriteImage && before?.Other is not null;
            return new MergedTag(plan.Manifest.Descriptor, plan.ConfigDescriptor, Warning: isForeseen ? null : before?.Loss(place.Tag, place.Store.DisplayName));
        }
        catch (RegistryCacheException e)
        {
            e.Mark(CacheSide.Target);
            throw;
        }
    }
}
