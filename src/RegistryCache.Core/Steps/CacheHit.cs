using System.Runtime.CompilerServices;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Files;
using RegistryCache.Core.Loading;

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
        options = (options ?? new RestoreOptions()) with { OwnDirectories = _context.OwnDirectories };
        var restore = await _context.Telemetry.RunAsync(
            "restore", ("registrycache.step", Step),
            () => NamedErrors.RunAsync(
                "Step", Step.ToString(),
                () => ChainLoader.RestoreAsync(usable, directory, _context, options, apply: null, cancellationToken)),
            static done => done.IsRestored ? "restored" : "not-usable").ConfigureAwait(false);
        _context.Telemetry.Restored.Add(restore.Report?.Bytes ?? 0);
        foreach (var failure in restore.Failures)
            _session.Drop(Step, failure);
        if (restore.Result is { } used)
            _session.Settle(Step, used);
        return restore;
    }

    /// <summary>Opens the layers of <see cref="Result"/> as tars, base first. Each is open until the enumeration moves on.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="RegistryCacheException">A layer cannot be loaded. The result is dropped for the rest of the session, unless
    /// another source has the layer too: then it is read from there the next time.</exception>
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
                if (load.Failure is { } failure && !load.IsWorthAnother())
                    _session.Drop(Step, new CacheLoadFailure(Result, failure) { BadLayer = layer.Digest });
            }
        }

        _session.Settle(Step, Result);
    }

    /// <summary>Lists the files of the output, as a restore would put them into a folder. Whiteouts hide files of lower layers, and
    /// symbolic links are listed as links. Of an estargz layer only its table of contents is fetched, and it does not list sparse files.
    /// Any other layer is read once and verified. Memory grows with the number of paths.</summary>
    /// <param name="options">What to accept, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>The entries of the newest result that can be loaded, in the order of the paths as UTF-8 bytes.</returns>
    /// <exception cref="CacheLoadException">No result could be loaded. They are dropped: from now on the step is a miss.</exception>
    public virtual async Task<IReadOnlyList<LayerEntry>> ListAsync(
        LayerFileOptions? options = null, CancellationToken cancellationToken = default)
    {
        var tree = await ReadTreeAsync(options, path: null, cancellationToken).ConfigureAwait(false);
        await using (tree.ConfigureAwait(false))
            return tree.ToEntries();
    }

    /// <summary>Opens one file of the output. Hard links are followed, and symbolic links inside the output: an absolute one starts at its
    /// root. Of an estargz layer only the table of contents and the chunks of the file are fetched, and each chunk is verified before it
    /// is returned. Any other layer is read and verified as a whole before the file is returned from a temporary file; a file that is
    /// found through a link can need a second reading of its layer.</summary>
    /// <param name="path">The path of the file, for example <c>bin/app.dll</c>, with or without a leading slash.</param>
    /// <param name="options">What to accept, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels opening.</param>
    /// <returns>The content, forward only. Its length is known.</returns>
    /// <exception cref="CacheLoadException">No result could be loaded. They are dropped: from now on the step is a miss.</exception>
    /// <exception cref="RegistryCacheException">There is no file at the path (<see cref="RegistryCacheErrorCode.ContentNotFound"/>); the
    /// message names a similar path. Or links lead in a circle (<see cref="RegistryCacheErrorCode.UnsafeLayer"/>).</exception>
    public virtual async Task<Stream> OpenFileAsync(
        string path, LayerFileOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var tree = await ReadTreeAsync(options, path, cancellationToken).ConfigureAwait(false);
        return await tree.OpenAsync(path, $"the output of {Step}", cancellationToken).ConfigureAwait(false);
    }

    private async Task<LayerTree> ReadTreeAsync(LayerFileOptions? options, string? path, CancellationToken cancellationToken)
    {
        var failures = new List<CacheLoadFailure>();
        foreach (var result in _session.Usable(_candidates))
        {
            void Fail(LayerLoad? load, RegistryCacheException error)
            {
                failures.Add(new CacheLoadFailure(result, error) { BadLayer = load?.Layer.Digest });
                _session.Drop(Step, failures[^1]);
            }

            try
            {
                var tree = await LayerTree.ReadAsync(
                    result.Chain?.ToLayers() ?? [], _context, options, isWhole: true, path, Fail, cancellationToken).ConfigureAwait(false);
                _session.Settle(Step, result);
                return tree;
            }
            catch (RegistryCacheException e) when (failures.Exists(f => f.Error == e))
            {
                // The next result may be whole.
            }
        }

        throw new CacheLoadException(Step.ToString(), failures);
    }

    /// <summary>The step, how it was found, and the newest result.</summary>
    public override string ToString() =>
        $"{Step}{(IsByContent ? ", found by content" : "")}: {(_candidates.Count > 0 ? _candidates[0] : "no result")}";
}
