using RegistryCache.Core.Errors;
using RegistryCache.Core.Progress;

namespace RegistryCache.Core.Loading;

/// <summary>Restores the first of several results that can be restored.</summary>
internal static class ChainLoader
{
    /// <summary>Tries results in their order. A result that cannot be read is skipped. A folder that cannot be written throws. The layers
    /// are applied by <paramref name="apply"/>, if it is given.</summary>
    public static async Task<CacheRestore> RestoreAsync(
        IEnumerable<CacheResult> candidates,
        string directory,
        SessionContext context,
        RestoreOptions? options,
        Func<LayerChain, IReadOnlyList<LayerLoad>, Task<RestoreReport>>? apply,
        CancellationToken cancellationToken)
    {
        var failures = new List<CacheLoadFailure>();
        var meter = ProgressMeter.Create(options?.Progress, CachePhase.Restoring, context.Time);
        options = options is null ? null : options with { Progress = null };
        foreach (var result in candidates)
        {
            var layers = Load(result);
            try
            {
                RestoreReport? report = null;
                while (report is null)
                {
                    try
                    {
                        report = await ApplyAsync(result, layers).ConfigureAwait(false);
                    }
                    catch (RegistryCacheException e) when (IsWorthAnother(layers, e))
                    {
                        layers = Load(result);
                    }
                }

                meter?.Complete();
                return new CacheRestore(result, report, failures);
            }
            catch (RegistryCacheException e) when (IsAbout(layers, e))
            {
                // A layer after the one that was applied can have failed too.
                failures.Add(new CacheLoadFailure(result, e) { BadLayer = layers.Find(l => l.Failure == e)?.Layer.Digest });
            }
        }

        return new CacheRestore(null, null, failures);

        List<LayerLoad> Load(CacheResult result) => [.. (result.Chain?.ToLayers() ?? []).Select(l => new LayerLoad(l, context, meter))];

        Task<RestoreReport> ApplyAsync(CacheResult result, List<LayerLoad> layers)
        {
            meter?.Restart();
            meter?.Expect(layers.Sum(l => l.Layer.Descriptor.Size));
            return apply is not null && result.Chain is { } chain
                ? apply(chain, layers)
                : LayerApplier.ApplyAsync(layers, directory, options, cancellationToken);
        }
    }

    /// <summary>Whether reading the layers once more may help after an error, because several sources have the layer that is wrong. If the
    /// error does not say which one is, it may be each of them.</summary>
    public static bool IsWorthAnother(IReadOnlyList<LayerLoad> layers, RegistryCacheException e)
    {
        if (!IsAbout(layers, e))
            return false;
        List<LayerLoad> wrong = [.. layers.Where(l => l.Failure == e)];
        return (wrong.Count > 0 ? wrong : [.. layers]).FindAll(l => l.IsWorthAnother()).Count > 0;
    }

    /// <summary>Whether an error is about the layers, and not about where their content goes.</summary>
    public static bool IsAbout(IEnumerable<LayerLoad> layers, RegistryCacheException e) =>
        layers.Any(l => l.Failure == e) || IsBadContent(e);

    // A layer that can be read but must not be applied: hostile, malformed or larger than allowed.
    private static bool IsBadContent(RegistryCacheException e) =>
        e is LayerFormatException or ContentMismatchException or LimitExceededException;
}
