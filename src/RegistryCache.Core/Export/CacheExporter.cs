using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using RegistryCache.Core.Content;
using RegistryCache.Core.Diagnostics;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Import;
using RegistryCache.Core.Layers;
using RegistryCache.Core.Progress;
using RegistryCache.Core.Streams;
using RegistryCache.Core.Telemetry;
using RegistryCache.Storage;

namespace RegistryCache.Core.Export;

/// <summary>Graph → mode filter → plan → layers → config → manifest → tag, to every place of one target.</summary>
internal sealed class CacheExporter(
    CacheStores stores,
    CacheTarget target,
    IReadOnlyList<OpenPlace> places,
    LayerConverter converter,
    CacheExportOptions options,
    CacheFormatLimits limits,
    TimeProvider time,
    CacheTelemetry telemetry,
    ILogger logger) : ICacheExporter
{
    private readonly ConcurrentDictionary<Digest, LayerExporter.LayerResult> _sent = new();
    private readonly ExportProgress _progress = new(options.Progress, time);

    public Task<CacheExportReport> ExportAsync(CacheGraph graph, CancellationToken cancellationToken = default) =>
        ExportAsync(graph, before: null, cancellationToken);

    /// <summary>Exports a graph. <paramref name="before"/> is what <see cref="LookAsync"/> has just found, if it was called.</summary>
    public async Task<CacheExportReport> ExportAsync(
        CacheGraph graph, IReadOnlyList<PlaceContent?>? before, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(graph);
        stores.ThrowIfDisposed();
        var report = await telemetry.RunAsync(
            "export", ("registrycache.target", target), () => ReportAsync(graph, before, cancellationToken),
            static done => done.Error is not null ? "failed" : done.IsEmpty ? "empty" : done.IsUnchanged ? "unchanged" : "exported",
            static done => done.Error).ConfigureAwait(false);
        telemetry.Sent.Add(report.BytesSent);
        return report;
    }

    private async Task<CacheExportReport> ReportAsync(
        CacheGraph graph, IReadOnlyList<PlaceContent?>? before, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        CacheExportReport report;
        try
        {
            report = await TypedAsync(() => RunAsync(graph, before, cancellationToken)).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (target.IgnoreError && !IsWrongUse(e))
        {
            CoreLog.ExportIgnored(logger, target, e.CodeText, e.Message);
            report = new CacheExportReport(target) { Error = e };
        }

        return report with { Duration = time.GetElapsedTime(start) };
    }

    /// <summary>Reads what the tags hold before anything is sent, because a merge refuses what is not a cache, and a report names what was
    /// replaced. A tag that cannot be read now is read again when it is moved.</summary>
    public Task<IReadOnlyList<PlaceContent?>> LookAsync(CancellationToken cancellationToken) =>
        TypedAsync(() => ReadTagsAsync(planned: null, cancellationToken));

    /// <summary>Sends a layer before the export that needs it. <paramref name="before"/> is what <see cref="LookAsync"/>
    /// found.</summary>
    public async Task SendAsync(CacheLayer layer, IReadOnlyList<PlaceContent?> before, CancellationToken cancellationToken)
    {
        if (_sent.ContainsKey(layer.Digest))
            return;
        var exporter = Layers(before);
        exporter.Expect(layer);
        _sent[layer.Digest] = await TypedAsync(() => exporter.ExportAsync(layer, cancellationToken)).ConfigureAwait(false);
    }

    internal static bool IsWrongUse(RegistryCacheException e) => e.Code is
        RegistryCacheErrorCode.InvalidOptions or RegistryCacheErrorCode.InvalidParameter or RegistryCacheErrorCode.InvalidReference
        or RegistryCacheErrorCode.UnsupportedCompression;

    private async Task<T> TypedAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            // Files outside a store, for example a temporary file on a full disk, or a source file that was deleted.
            throw CacheStorageException.Failed($"The export to {target} could not read or write a file", e);
        }
    }

    private async Task<CacheExportReport> RunAsync(
        CacheGraph graph, IReadOnlyList<PlaceContent?>? before, CancellationToken cancellationToken)
    {
        var order = ResultOrder.At(time.GetUtcNow(), limits.MaxClockSkew);
        var planner = new ExportPlanner(target, converter.Codecs, options, limits, order);
        var warnings = planner.Warnings;
        WarnOfOverruled(graph, order, warnings);
        var all = ResultCount(graph);
        var mode = target.Mode ?? options.DefaultMode;
        if (mode == CacheMode.Min)
            graph = TargetResults.KeepBest(graph, options.Targets ?? graph.FindTargets(), order);
        var kept = ResultCount(graph);
        var done = new CacheExportReport(target) { Mode = mode, Results = kept, ResultsSkipped = all - kept };

        // A config has one result for each record. The layers of the others are not sent, so the plan must not name them.
        graph = GraphRewrite.BestResultsOnly(graph, order);
        var plan = planner.Plan(graph);
        if (plan.IsEmpty)
        {
            CoreLog.ExportEmpty(logger, target);
            await SweepAsync(warnings, cancellationToken).ConfigureAwait(false);
            return done with { IsEmpty = true, Warnings = warnings };
        }

        before ??= await ReadTagsAsync(plan, cancellationToken).ConfigureAwait(false);
        var layers = await Layers(before).ExportAsync(plan.Config.Entries.Select(e => e.Top), _sent, cancellationToken)
            .ConfigureAwait(false);

        foreach (var layer in layers.Values.Select(l => l.After).Where(l => l.MalformedDiffId is not null))
        {
            warnings.Add(
                $"Layer {layer.Digest} has the annotation {AnnotationKeys.Uncompressed} '{ErrorText.Quote(layer.MalformedDiffId)}', "
                + "which is not a digest, so BuildKit cannot load it. Copy with force-compression=true and another compression to "
                + "compute it.");
        }

        // Converted layers have other digests, so their order and their indexes in the config change.
        plan = planner.Plan(GraphRewrite.MapLayers(plan.Graph, l => layers[l.Digest].After));
        var tags = new MergedTag[places.Count];
        for (var i = 0; i < places.Count; i++)
        {
            List<CacheLayer> reliedOn = [.. layers.Values.Where(l => l.ByPlace[i].IsReliedOn).Select(l => l.After)];
            tags[i] = await CommitAsync(places[i], before[i], plan, planner, order, reliedOn, cancellationToken).ConfigureAwait(false);
        }

        warnings.AddRange(tags.Select(t => t.Warning).OfType<string>());
        await SweepAsync(warnings, cancellationToken).ConfigureAwait(false);
        foreach (var warning in warnings)
            CoreLog.ExportWarning(logger, target, warning);
        CoreLog.ExportDone(logger, target, layers.Count, tags[0].Manifest.Digest);
        return done with
        {
            Manifest = tags[0].Manifest,
            Config = tags[0].Config,
            Places = [.. places.Select((p, i) =>
                new ExportedPlace(p.Store.DisplayName, p.Tag, [.. layers.Values.Select(l => l.ByPlace[i])]))],
            Warnings = warnings,
            IsUnchanged = Array.TrueForAll(tags, t => !t.IsMoved)
                && layers.Values.All(l => l.ByPlace.All(p => p.Outcome == BlobPushOutcome.AlreadyPresent)),
        };
    }

    private LayerExporter Layers(IReadOnlyList<PlaceContent?> before)
    {
        var request = new LayerConversionRequest(
            target.Compression, target.CompressionLevel, target.ForceCompression, target.NamesCompression);
        return new LayerExporter(places, before, converter, request, target.Form, options, _progress, time);
    }

    private static int ResultCount(CacheGraph graph) => graph.Records.Count(r => r.NewestResult is { Chain: not null });

    private static void WarnOfOverruled(CacheGraph graph, ResultOrder order, List<string> warnings)
    {
        var steps = graph.Records.Count(r => order.Best(r.Results) is { } best && order.Overruled(best, r.Results) is not null);
        if (steps == 0)
            return;
        warnings.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{steps} {(steps == 1 ? "result" : "results")} of an earlier source won although a later source has a newer one. Sources are "
            + $"trusted in their order; ask for the newest ({nameof(BuildSessionOptions.PreferNewest)}, "
            + $"--prefer newest) to change that."));
    }

    private async Task<IReadOnlyList<PlaceContent?>> ReadTagsAsync(PlannedExport? planned, CancellationToken cancellationToken)
    {
        var meter = ProgressMeter.Create(options.Progress, CachePhase.Importing, time);
        var contents = new PlaceContent?[places.Count];
        for (var i = 0; i < contents.Length; i++)
        {
            try
            {
                // If the tag already points to the planned manifest, nothing has to be read.
                var known = planned is not null && options.MayRelyOn(places[i].Store) ? planned.AsContent() : null;
                contents[i] = await places[i].Counting(meter).ReadAsync(known, cancellationToken).ConfigureAwait(false);
            }
            catch (RegistryCacheException e)
            {
                CoreLog.TagNotRead(logger, target, e.CodeText, e.Message);
            }

            if (options.MergeWithExisting)
                places[i].RequireCache(contents[i], options.OverwriteImage);
        }

        meter?.Complete();
        return contents;
    }

    /// <summary>Does what <c>reset</c> says. The cache is already exported, so problems are warnings.</summary>
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
        OpenPlace place,
        PlaceContent? before,
        PlannedExport plan,
        ExportPlanner planner,
        ResultOrder order,
        List<CacheLayer> reliedOn,
        CancellationToken cancellationToken)
    {
        try
        {
            // What this export relies on may be what is lost, and is sent again first.
            return await MoveAsync(place, before, plan, planner, order, dropsLost: reliedOn.Count == 0, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (RegistryCacheException e)
            when (reliedOn.Count > 0 && e is { IsTransient: false, Code: not RegistryCacheErrorCode.TagNotCache })
        {
            // A registry refuses a manifest if it has lost one of its blobs. So each blob is checked now.
            CoreLog.BlobsChecked(logger, target, e.CodeText, e.Message);
            foreach (var layer in reliedOn)
            {
                await MirroredBlob.ReadAsync(
                    layer.Content,
                    converter.SpoolDirectory,
                    content => LayerExporter.PushAsync(place, layer.Descriptor, content, progress: null, cancellationToken),
                    cancellationToken).ConfigureAwait(false);
            }

            return await MoveAsync(place, before, plan, planner, order, dropsLost: true, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<MergedTag> MoveAsync(
        OpenPlace place,
        PlaceContent? before,
        PlannedExport plan,
        ExportPlanner planner,
        ResultOrder order,
        bool dropsLost,
        CancellationToken cancellationToken)
    {
        try
        {
            if (options.MergeWithExisting)
            {
                return await new TagMerger(place, planner, options, limits, order, time, logger)
                    .MergeAsync(plan.Graph, before, dropsLost, cancellationToken).ConfigureAwait(false);
            }

            if (options.MayRelyOn(place.Store) && before is { Manifest: { } manifest }
                && manifest.Digest == plan.Manifest.Descriptor.Digest)
                return new MergedTag(manifest, plan.ConfigDescriptor, IsMoved: false);
            var config = BlobSource.FromBytes(plan.Config.Json);
            await place.Store.PushBlobAsync(plan.ConfigDescriptor, config, progress: null, cancellationToken).ConfigureAwait(false);
            await place.Store.PushManifestAsync(plan.Manifest, place.Tag, cancellationToken).ConfigureAwait(false);
            await place.RequireReadableAsync(before, cancellationToken).ConfigureAwait(false);
            var isForeseen = options.OverwriteImage && before?.Other is not null;
            return new MergedTag(plan.Manifest.Descriptor, plan.ConfigDescriptor, Warning: isForeseen ? null : place.Loss(before));
        }
        catch (RegistryCacheException e)
        {
            e.Mark(CacheSide.Target);
            throw;
        }
    }
}
