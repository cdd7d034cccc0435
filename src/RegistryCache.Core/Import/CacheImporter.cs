using Microsoft.Extensions.Logging;
using RegistryCache.Core.Diagnostics;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Progress;
using RegistryCache.Core.Telemetry;

namespace RegistryCache.Core.Import;

internal sealed class CacheImporter(
    CacheStores stores,
    IReadOnlyList<(CacheSource Source, OpenPlace Place)> places,
    CacheImportOptions options,
    CacheFormatLimits limits,
    TimeProvider time,
    CacheTelemetry telemetry,
    ILogger logger)
    : ICacheImporter
{
    public async Task<CacheImport> ImportAsync(CancellationToken cancellationToken = default)
    {
        var sources = await ReadAsync(cancellationToken).ConfigureAwait(false);
        return new CacheImport(sources, CacheGraph.Union(Ranked(sources), limits.MaxMergeSteps));
    }

    /// <summary>Reads each source, and makes no union of them.</summary>
    public async Task<ImportedCache[]> ReadAsync(CancellationToken cancellationToken)
    {
        stores.ThrowIfDisposed();
        var meter = ProgressMeter.Create(options.Progress, CachePhase.Importing, time);
        var sources = await Task.WhenAll(places.Select(p => ImportAsync(p.Source, p.Place.Counting(meter), cancellationToken)))
            .ConfigureAwait(false);
        meter?.Complete();
        return sources;
    }

    /// <summary>The caches that were found, each result with the rank of its source, unless all sources count the same.</summary>
    private List<CacheGraph> Ranked(ImportedCache[] sources)
    {
        var hits = sources.Index().Where(s => s.Item.IsHit).ToList();
        var counts = hits.Count > 1 && !options.PreferNewest;
        return [.. hits.Select(s => counts ? GraphRewrite.Rank(s.Item.Graph, s.Index) : s.Item.Graph)];
    }

    private Task<ImportedCache> ImportAsync(CacheSource source, OpenPlace place, CancellationToken cancellationToken) =>
        telemetry.RunAsync(
            "import", ("registrycache.source", source), () => ReadAsync(source, place, cancellationToken),
            static found => found.IsHit ? "hit" : found.IsMiss ? "miss" : "failed", static found => found.Error);

    private async Task<ImportedCache> ReadAsync(CacheSource source, OpenPlace place, CancellationToken cancellationToken)
    {
        try
        {
            var found = await place.ImportAsync(cancellationToken).ConfigureAwait(false);
            if (found?.Graph is not { } graph)
            {
                var reason = place.Missing(found);
                CoreLog.ImportMiss(logger, source, reason);
                return new ImportedCache(source, reason) { Skipped = found?.Skipped ?? [] };
            }

            foreach (var skipped in found.Skipped)
                CoreLog.ImportSkipped(logger, source, skipped.Descriptor.Digest, skipped.Reason);
            var count = JoiningRecord.Without(graph).Length;
            CoreLog.ImportHit(logger, source, count, found.Manifest!.Digest);
            return new ImportedCache(source, $"{count} records from {found.Digest}.")
            {
                Graph = graph,
                Manifest = found.Manifest,
                Form = found.Form,
                Config = found.Config,
                IsInline = found.Config is null,
                Skipped = found.Skipped,
            };
        }
        catch (RegistryCacheException e)
        {
            return Failed(source, e);
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            return Failed(source, CacheStorageException.Failed($"{source} could not be read", e));
        }
    }

    private ImportedCache Failed(CacheSource source, RegistryCacheException error)
    {
        error.Mark(CacheSide.Source);
        CoreLog.ImportFailed(logger, source, error.CodeText, error.Message);
        return new ImportedCache(source, error.Message) { Error = error };
    }
}
