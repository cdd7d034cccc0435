using System.Runtime.CompilerServices;
using RegistryCache.Core.Loading;
using RegistryCache.Core.Telemetry;

namespace RegistryCache;

/// <summary>A step's output that was found in a cache. Nothing is fetched until it is restored or opened. Thread-safe.</summary>
public class CacheHit
{
    private readonly BuildSession _session;
    private readonly SessionContext _context;
    private readonly IReadOnlyList<CacheResult> _candidates;

    /// <summary>For a mock, which overrides what it needs. A <see cref="BuildSession"/> finds a real one.</summary>
    protected CacheHit() => (_session, _context, _candidates, Step) = (null!, null!, [], null!);

    internal CacheHit(BuildSession session, SessionContext context, CacheStep step, IReadOnlyList<CacheResult> candidates, bool isByContent)
    {
        _session = session;
        _context = context;
        _candidates = candidates;
        Step = step;
        IsByContent = isByContent;
    }

    /// <summary>The step.</summary>
    public virtual CacheStep Step { get; }

    /// <summary>The result that wins, which is used unless it fails to load.</summary>
    public virtual CacheResult Result => _candidates[0];

    /// <summary>A newer result from a less trusted source, which would have won by its date; <see langword="null"/> when there is none.
    /// Warn about it: the order of the sources may be wrong, or somebody may try to replace a result without permission.</summary>
    public virtual CacheResult? Overruled { get; init; }

    /// <summary>The layers of <see cref="Result"/>, base first.</summary>
    public virtual IReadOnlyList<CacheLayer> Layers => Result.Chain?.ToLayers() ?? [];

    /// <summary>Whether the step was found by the content of its inputs, although an earlier step has changed (early cut-off).</summary>
    public virtual bool IsByContent { get; }

    /// <summary>The digest of the result's content: its ChainID in the OCI image specification, which for one layer is the diffID. Later
    /// steps are found by it when this step has changed. <see langword="null"/> when a layer has no diffID.</summary>
    public virtual Digest? ContentDigest => Result.Chain?.ToChainId();

    /// <summary>Restores the output into a folder: the newest result that can be loaded.</summary>
    /// <param name="directory">The folder; created if it does not exist.</param>
    /// <param name="cancellationToken">Cancels the restore.</param>
    /// <exception cref="CacheLoadException">No result could be loaded. They are dropped: from now on the step is a miss.</exception>
    /// <exception cref="RegistryCacheException">The folder cannot be written.</exception>
    public virtual Task<RestoreReport> RestoreAsync(string directory, CancellationToken cancellationToken = default) =>
        RestoreAsync(directory, null, cancellationToken);

    /// <summary>Restores the output into a folder: the newest result that can be loaded.</summary>
    /// <param name="directory">The folder; created if it does not exist.</param>
    /// <param name="options">What to accept, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the restore.</param>
    /// <exception cref="CacheLoadException">No result could be loaded. They are dropped: from now on the step is a miss.</exception>
    /// <exception cref="RegistryCacheException">The folder cannot be written.</exception>
    public virtual async Task<RestoreReport> RestoreAsync(
        string directory, RestoreOptions? options, CancellationToken cancellationToken = default)
    {
        var restore = await TryRestoreAsync(directory, options, cancellationToken).ConfigureAwait(false);
        return restore.Report ?? throw new CacheLoadException(Step.ToString(), restore.Failures);
    }

    /// <summary>Restores the output into a folder, or says that the step must run. A result that fails to load is dropped.</summary>
    /// <param name="directory">The folder; created if it does not exist.</param>
    /// <param name="options">What to accept, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the restore.</param>
    /// <exception cref="RegistryCacheException">The folder cannot be written.</exception>
    public virtual async Task<CacheRestore> TryRestoreAsync(
        string directory, RestoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var usable = _session.Usable(_candidates);
        var restore = await CacheTelemetry.RunAsync(
            "restore", ("registrycache.step", Step),
            () => ChainLoader.RestoreAsync(usable, directory, _context, options, apply: null, cancellationToken),
            static done => done.IsRestored ? "restored" : "not-usable").ConfigureAwait(false);
        CacheTelemetry.Restored.Add(restore.Report?.Bytes ?? 0);
        foreach (var failure in restore.Failures)
            _session.Drop(Step, failure);
        if (restore.Result is { } used)
            _session.Settle(Step, used);
        return restore;
    }

    /// <summary>Opens the layers of <see cref="Result"/> as tars, base first. Each is open until the enumeration moves on.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="RegistryCacheException">A layer cannot be loaded. The result is dropped for the rest of the session.</exception>
    public virtual async IAsyncEnumerable<Stream> OpenAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var layer in Layers)
        {
            var load = new LayerLoad(layer, _context);
            Stream? stream = null;
            try
            {
                yield return stream = await load.OpenReadAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                if (stream is not null)
                    await stream.DisposeAsync().ConfigureAwait(false);
                if (load.Failure is { } failure)
                    _session.Drop(Step, new CacheLoadFailure(Result, failure) { BadLayer = layer.Digest });
            }
        }

        _session.Settle(Step, Result);
    }
}
