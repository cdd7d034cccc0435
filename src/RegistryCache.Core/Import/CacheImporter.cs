using Microsoft.Extensions.Logging;
using RegistryCache.Core.Diagnostics;
using RegistryCache.Core.Graph;
using RegistryCache.Storage;

namespace RegistryCache.Core.Import;

internal sealed class CacheImporter(
    IReadOnlyList<CacheImporter.Place> places, CacheSourcePreference preference, CacheFormatLimits limits, ILogger logger) : ICacheImporter
{
    public async Task<CacheImport> ImportAsync(CancellationToken cancellationToken = default)
    {
        var sources = await Task.WhenAll(places.Select(p => ImportAsync(p, cancellationToken))).ConfigureAwait(false);
        return new CacheImport(sources, CacheUnion.Of(Ranked(sources), limits));
    }

    /// <summary>The caches that were found, each result with the place of its source, unless all sources count the same.</summary>
    private List<CacheGraph> Ranked(ImportedCache[] sources)
    {
        var hits = sources.Index().Where(s => s.Item.Outcome == CacheImportOutcome.Hit).ToList();
        var counts = hits.Count > 1 && preference == CacheSourcePreference.InOrder;
        return [.. hits.Select(s => counts ? GraphRewrite.Rank(s.Item.Graph, s.Index) : s.Item.Graph)];
    }

    private async Task<ImportedCache> ImportAsync(Place place, CancellationToken cancellationToken)
    {
        var source = place.Source;
        try
        {
            var loaded = await new CacheLoader(place.Store, limits).LoadAsync(place.Reference, cancellationToken).ConfigureAwait(false);
            if (loaded?.Graph is not { } graph)
            {
                var reason = loaded is null
                    ? $"{place.Reference} does not exist in {place.Store.DisplayName}."
                    : $"{place.Reference} in {place.Store.DisplayName} is an image without a cache.";
                CoreLog.ImportMiss(logger, source, reason);
                return new ImportedCache(source, CacheImportOutcome.Miss, reason) { LeftOut = loaded?.LeftOut ?? [] };
            }

            foreach (var left in loaded.LeftOut)
                CoreLog.ImportLeftOut(logger, source, left.Descriptor.Digest, left.Reason);
            var count = JoiningRecord.Without(graph).Length;
            CoreLog.ImportHit(logger, source, count, loaded.Manifest.Digest);
            return new ImportedCache(source, CacheImportOutcome.Hit, $"{count} records from {loaded.Manifest.Digest}.")
            {
                Graph = graph,
                Manifest = loaded.Manifest,
                Form = loaded.Form,
                Config = loaded.Config,
                IsInline = loaded.Config is null,
                LeftOut = loaded.LeftOut,
            };
        }
        catch (RegistryCacheException e)
        {
            return Failed(source, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed(source, new CacheStorageException(RegistryCacheErrorCode.StorageFailure, $"{source} could not be read: {ErrorText.Sentence(e.Message)}", e));
        }
    }

    private ImportedCache Failed(CacheSource source, RegistryCacheException error)
    {
        error.Mark(CacheSide.Source);
        CoreLog.ImportFailed(logger, source, error.CodeText, error.Message);
        return new ImportedCache(source, CacheImportOutcome.Failed, error.Message) { Error = error };
    }

    /// <summary>Where a source's manifest is.</summary>
    internal sealed record Place(CacheSource Source, IReadOnlyContentStore Store, ManifestReference Reference);
}
