namespace RegistryCache.Core.Loading;

/// <summary>Restores the first of several results that can be restored.</summary>
internal sealed class ChainLoader(SessionContext context, Action<CacheLoadFailure, CacheLayer?> onFailure)
{
    /// <summary>Tries results in their order. A folder that cannot be written throws; a result that cannot be read is a failure of that result.</summary>
    public async Task<CacheRestore> RestoreAsync(
        IEnumerable<CacheResult> candidates, string directory, RestoreOptions? options, CancellationToken cancellationToken)
    {
        var failures = new List<CacheLoadFailure>();
        foreach (var result in candidates)
        {
            List<LayerLoad> layers = [.. (result.Chain?.ToLayers() ?? []).Select(l => new LayerLoad(l, context))];
            try
            {
                var report = await LayerApplier.ApplyAsync(layers, directory, options, cancellationToken).ConfigureAwait(false);
                return new CacheRestore(result, report, failures);
            }
            catch (RegistryCacheException e) when (layers.Exists(l => l.Failure is not null) || IsBadContent(e))
            {
                var bad = layers.Find(l => l.Failure is not null);
                var failure = new CacheLoadFailure(result, bad?.Failure ?? e);
                failures.Add(failure);
                onFailure(failure, bad?.Layer);
            }
        }

        return new CacheRestore(null, null, failures);
    }

    // A readable layer that must not be applied: hostile, malformed or larger than allowed.
    private static bool IsBadContent(RegistryCacheException e) => e is LayerFormatException or ContentMismatchException or LimitExceededException;
}
