using System.Runtime.CompilerServices;
using System.Text.Json;
using RegistryCache.Core.Content;
using RegistryCache.Core.Diagnostics;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Loading;
using RegistryCache.Core.Progress;
using RegistryCache.Core.Steps;

namespace RegistryCache;

/// <summary>One build's view of its caches: find steps, restore what was found, record what was run, export the build. Thread-safe. Dispose
/// it at the end of the build; this deletes the recorded layers.</summary>
public class BuildSession : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SessionContext _context;
    private readonly BuildSessionOptions _options;
    private readonly SessionKeys _keys;
    private readonly DroppedResults _dropped = new();
    private readonly List<LayerConversion> _recorded = [];
    private bool _disposed;

    /// <summary>For a mock, which overrides what it needs. <see cref="BuildCache"/> opens a real one.</summary>
    protected BuildSession() =>
        (_context, _options, _keys, Sources, Graph, Index) = (null!, new(), null!, [], CacheGraph.Empty, new CacheIndex(CacheGraph.Empty));

    internal BuildSession(CacheImport? import, BuildSessionOptions options, SessionContext context)
    {
        _context = context;
        _options = options;
        Sources = import?.Sources ?? [];
        Graph = import?.Graph ?? CacheGraph.Empty;
        Index = new CacheIndex(Graph);
        _keys = new SessionKeys(Index);
    }

    /// <summary>The outcome of each source. A source that could not be read does not fail the build: it counts as empty.</summary>
    public virtual IReadOnlyList<ImportedCache> Sources { get; }

    /// <summary>The union of all caches that were found.</summary>
    public virtual CacheGraph Graph { get; }

    /// <summary>Everything that failed to load so far.</summary>
    public virtual IReadOnlyList<CacheLoadFailure> LoadFailures
    {
        get
        {
            lock (_gate)
                return _dropped.Failures;
        }
    }

    internal CacheIndex Index { get; }

    /// <summary>Content as the input of a step, such as a folder of sources.</summary>
    /// <param name="digest">Its digest, for example from <c>ContentDigest.OfDirectoryAsync</c>.</param>
    public virtual CacheInput Content(Digest digest)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return CacheInput.Content(digest);
    }

    /// <summary>Looks up a step by the definitions of everything it depends on. If that finds no result, also by the content of its inputs.
    /// <see cref="BuildSessionOptions.PreferNewest"/> says which of several results wins. No layer is downloaded.</summary>
    /// <param name="step">The step.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The hit, or <see langword="null"/>: run the step and record it.</returns>
    public virtual Task<CacheHit?> FindAsync(CacheStep step, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(step);
        cancellationToken.ThrowIfCancellationRequested();
        return _context.Telemetry.RunAsync(
            "find", ("registrycache.step", step), () => Task.FromResult(FindCounted(step)),
            static hit => hit is null ? "miss" : KindOf(hit));
    }

    /// <summary>Records what a step made. The layer is encoded at once and stays in a temporary file until the session is disposed. Nothing
    /// is sent before <see cref="ExportAsync(string, CancellationToken)"/>. In a folder, the directories of the session's local sources and
    /// of <see cref="BuildSessionOptions.Targets"/> are skipped.</summary>
    /// <param name="step">The step.</param>
    /// <param name="output">What it made.</param>
    /// <param name="cancellationToken">Cancels the encoding; nothing is recorded then.</param>
    /// <exception cref="RegistryCacheException">The output cannot be read or encoded.</exception>
    public virtual Task<CacheResult> RecordAsync(CacheStep step, LayerSource output, CancellationToken cancellationToken = default) =>
        RecordAsync(step, output, null, cancellationToken);

    /// <summary>Records what a step added to the result of another step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="output">What it added, as a layer.</param>
    /// <param name="onTopOf">The layers that it added to, from a <see cref="CacheResult"/>; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Cancels the encoding; nothing is recorded then.</param>
    /// <exception cref="RegistryCacheException">The output cannot be read or encoded.</exception>
    public virtual async Task<CacheResult> RecordAsync(
        CacheStep step, LayerSource output, LayerChain? onTopOf, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(output);
        // The caches that the session reads and writes are not part of the step's output.
        var tar = output.Without(_context.OwnDirectories).ToBlobSource();
        var meter = ProgressMeter.Create(_options.Progress, CachePhase.Compressing, _context.Time);
        tar = meter?.Measure(tar, step) ?? tar;
        var (compression, level) = _options.EffectiveCompression;
        var encoded = await NamedErrors.RunAsync("Step", step.ToString(), () =>
            _context.EncodeAsync(tar, compression, level, cancellationToken)).ConfigureAwait(false);
        meter?.Complete();
        var now = After(step);
        var layer = new CacheLayer(encoded.Descriptor.WithAnnotation(AnnotationKeys.CreatedAt, now.ToString()), encoded.Source)
        {
            MadeAs = (compression.Name, level),
        };
        var result = new CacheResult(onTopOf is null ? LayerChain.Of(layer) : onTopOf.Append(layer), now) { Rank = CacheResult.MadeHere };
        lock (_gate)
        {
            if (!_disposed)
            {
                _recorded.Add(encoded);
                Record(step, result);
                return result;
            }
        }

        await encoded.DisposeAsync().ConfigureAwait(false);
        throw new ObjectDisposedException(nameof(BuildSession));
    }

    /// <summary>Restores a step's output into a folder, or runs the step in an empty folder and records what it made.</summary>
    /// <param name="step">The step.</param>
    /// <param name="directory">The folder of the step's output; created if it does not exist.</param>
    /// <param name="run">Runs the step. It writes into <paramref name="directory"/> and reads nothing there.</param>
    /// <param name="cancellationToken">Cancels the call. The folder gets its earlier content back.</param>
    /// <exception cref="RegistryCacheException">The folder cannot be emptied for the run, or cannot be written.</exception>
    public virtual Task<StepRun> RestoreOrRunAsync(
        CacheStep step, string directory, Func<CancellationToken, Task> run, CancellationToken cancellationToken = default) =>
        RestoreOrRunAsync(step, directory, run, new StepRunOptions(), cancellationToken);

    /// <summary>Restores a step's output into a folder, or runs the step and records what it made.</summary>
    /// <param name="step">The step.</param>
    /// <param name="directory">The folder of the step's output; created if it does not exist.</param>
    /// <param name="run">Runs the step.</param>
    /// <param name="options">What happens to the folder's content, what is restored and recorded, and on top of what.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="RegistryCacheException">The folder cannot be prepared for the run, or cannot be written.</exception>
    [OverloadResolutionPriority(1)]
    public virtual async Task<StepRun> RestoreOrRunAsync(
        CacheStep step,
        string directory,
        Func<CancellationToken, Task> run,
        StepRunOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        IReadOnlyList<CacheLoadFailure> failures = [];
        if (await FindAsync(step, cancellationToken).ConfigureAwait(false) is { } hit)
        {
            var restore = await hit.TryRestoreAsync(directory, options.Restore, cancellationToken).ConfigureAwait(false);
            failures = restore.Failures;
            if (restore.IsRestored)
                return new StepRun(wasRestored: true, restore.Result, hit.IsByContent, failures);
        }

        var output = new RunOutput(directory, options, _context.OwnDirectories);
        var result = await output
            .RunAsync(run, source => RecordAsync(step, source, options.OnTopOf, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return new StepRun(wasRestored: false, result, isByContent: false, failures);
    }

    /// <summary>Says why a step was found or missed: which keys each input has in this build, and which in the caches.</summary>
    /// <param name="step">The step.</param>
    public virtual CacheExplanation Explain(CacheStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        ObjectDisposedException.ThrowIf(_disposed, this);
        lock (_gate)
            return new Explainer(Index, _keys, _dropped).Explain(step);
    }

    /// <summary>This build as a cache: every step that was found or recorded, with everything it depends on. Results that failed to load
    /// are skipped, and so are steps that can be found neither by definition nor by content.</summary>
    public virtual CacheGraph ToGraph()
    {
        lock (_gate)
            return new SessionGraph(Graph, _keys, _dropped).Build();
    }

    /// <summary>Exports this build to a target in <c>--cache-to</c> form.</summary>
    /// <param name="target">The target, for example <c>type=registry,ref=ghcr.io/acme/app:main,mode=max</c>.</param>
    /// <param name="cancellationToken">Cancels the export.</param>
    /// <exception cref="RegistryCacheException">The export failed, and the target does not say <c>ignore-error</c>.</exception>
    public virtual Task<CacheExportReport> ExportAsync(string target, CancellationToken cancellationToken = default) =>
        ExportAsync(target, options: null, cancellationToken);

    /// <summary>Exports this build to a target in <c>--cache-to</c> form.</summary>
    /// <param name="target">The target, for example <c>type=registry,ref=ghcr.io/acme/app:main,mode=max</c>.</param>
    /// <param name="options">Further options, or <see langword="null"/> for the cache's own.</param>
    /// <param name="cancellationToken">Cancels the export.</param>
    /// <exception cref="RegistryCacheException">The export failed, and the target does not say <c>ignore-error</c>.</exception>
    [OverloadResolutionPriority(1)]
    public virtual Task<CacheExportReport> ExportAsync(
        string target, CacheExportOptions? options, CancellationToken cancellationToken = default) =>
        ExportAsync(
            _context.Texts.Target(target, allowsDockerTypesForAll: options?.AllowDockerTypesForAllCodecs), options, cancellationToken);

    /// <summary>Exports this build to a target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="options">Further options, or <see langword="null"/> for the cache's own.</param>
    /// <param name="cancellationToken">Cancels the export.</param>
    /// <exception cref="RegistryCacheException">The export failed, and the target does not say <c>ignore-error</c>.</exception>
    public virtual async Task<CacheExportReport> ExportAsync(
        CacheTarget target, CacheExportOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        options ??= _options.Progress is null ? null : _context.Exporters.Defaults with { Progress = _options.Progress };
        var exporter = _context.Exporters.Create(target, options);
        while (true)
        {
            var (graph, warnings) = Snapshot();
            try
            {
                var report = await exporter.ExportAsync(graph, cancellationToken).ConfigureAwait(false);
                if (report.Error is not ContentNotFoundException ignored || !TryDrop(ignored))
                    return report with { Warnings = [.. warnings, .. report.Warnings] };
            }
            catch (ContentNotFoundException e) when (TryDrop(e))
            {
                // A source has lost a blob that this build did not need. The next try exports no result that needs this blob.
            }
        }
    }

    /// <summary>Exports this build to several targets, one after the other. If one fails, the others are still tried.</summary>
    /// <param name="targets">The targets in <c>--cache-to</c> form.</param>
    /// <param name="cancellationToken">Cancels the exports.</param>
    /// <returns>One report for each target, in their order.</returns>
    /// <exception cref="AggregateException">One or more exports failed; all were tried.</exception>
    public virtual Task<IReadOnlyList<CacheExportReport>> ExportAsync(
        IEnumerable<string> targets, CancellationToken cancellationToken = default) =>
        ExportAsync(targets, options: null, cancellationToken);

    /// <summary>Exports this build to several targets, one after the other. If one fails, the others are still tried.</summary>
    /// <param name="targets">The targets in <c>--cache-to</c> form.</param>
    /// <param name="options">Further options for each of them, or <see langword="null"/> for the cache's own.</param>
    /// <param name="cancellationToken">Cancels the exports.</param>
    /// <returns>One report for each target, in their order.</returns>
    /// <exception cref="AggregateException">One or more exports failed; all were tried.</exception>
    [OverloadResolutionPriority(1)]
    public virtual async Task<IReadOnlyList<CacheExportReport>> ExportAsync(
        IEnumerable<string> targets, CacheExportOptions? options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(targets);
        List<CacheTarget> parsed = [.. targets.SelectMany(t => _context.Texts.Targets(t))];
        var reports = new List<CacheExportReport>();
        var failures = new List<RegistryCacheException>();
        foreach (var target in parsed)
        {
            try
            {
                reports.Add(await ExportAsync(target, options, cancellationToken).ConfigureAwait(false));
            }
            catch (RegistryCacheException e)
            {
                failures.Add(e);
            }
        }

        return failures.Count == 0 ? reports : throw new AggregateException("The build could not be exported to every target.", failures);
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        foreach (var layer in _recorded)
            await layer.DisposeAsync().ConfigureAwait(false);
    }

    internal IReadOnlyList<CacheResult> Usable(IEnumerable<CacheResult> results)
    {
        lock (_gate)
            return [.. results.Where(r => !_dropped.Contains(r))];
    }

    internal void Settle(CacheStep step, CacheResult result)
    {
        lock (_gate)
            _keys.Settle(step, result);
    }

    internal void Drop(CacheStep step, CacheLoadFailure failure)
    {
        SessionLog.ResultDropped(_context.Logger, step, failure.Error.CodeText, failure.Error.Message);
        lock (_gate)
        {
            _dropped.Add(failure);
            _keys.Unsettle(step, failure.Result);
        }
    }

    private static string KindOf(CacheHit hit) => hit.IsByContent ? "by-content" : "by-definition";

    private CacheHit? FindCounted(CacheStep step)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var hit = Find(step);
            if (hit is not null)
                _context.Telemetry.Hit("find", KindOf(hit));
            else if (_context.Telemetry.CountsMisses)
                _context.Telemetry.Miss("find", ReasonOf(step));
            return hit;
        }
    }

    private string ReasonOf(CacheStep step) =>
        JsonNamingPolicy.KebabCaseLower.ConvertName(new Explainer(Index, _keys, _dropped).Explain(step).Outcome.ToString());

    private CacheHit? Find(CacheStep step)
    {
        if (step.IsNeverCached)
            return null;
        IEnumerable<CacheResult> recorded = _keys.State(step).Recorded is { } own ? [own] : [];
        var hit = HitOf(step, recorded.Concat(_keys.ByDefinition(step).SelectMany(r => r.Results)), isByContent: false)
            ?? HitOf(step, _keys.ByContent(step).SelectMany(r => r.Results), isByContent: true);
        if (hit is not null)
            _keys.Settle(step, hit.Result);
        return hit;
    }

    private CacheHit? HitOf(CacheStep step, IEnumerable<CacheResult> results, bool isByContent)
    {
        var order = _context.Order();
        List<CacheResult> usable = [.. order.Sort(results.Distinct().Where(r => !_dropped.Contains(r)))];
        if (usable.Count == 0)
            return null;
        var overruled = order.Overruled(usable[0], usable);
        if (overruled is not null)
            SessionLog.ResultOverruled(_context.Logger, step, overruled.CreatedAt.ToString());
        return new CacheHit(this, _context, step, usable, isByContent) { Overruled = overruled };
    }

    /// <summary>The time for a new result: now, or just after a newer result of the step in the caches.</summary>
    private CacheTime After(CacheStep step)
    {
        lock (_gate)
        {
            var known = _keys.ByDefinition(step).Concat(_keys.ByContent(step));
            return _context.Order().After(_context.Now(), known.SelectMany(r => r.Results));
        }
    }

    private void Record(CacheStep step, CacheResult result)
    {
        // Computes the step's keys now, while its inputs are complete. Later steps are found through these keys.
        _keys.ByContent(step);
        _keys.State(step).Recorded = result;
        _keys.Settle(step, result);
    }

    private (CacheGraph Graph, IReadOnlyList<string> Warnings) Snapshot()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var graph = new SessionGraph(Graph, _keys, _dropped);
            return (graph.Build(), graph.Warnings);
        }
    }

    private bool TryDrop(ContentNotFoundException e)
    {
        if (e.Side != CacheSide.Source || !Digest.TryParse(e.Content, out var digest))
            return false;
        lock (_gate)
        {
            if (_dropped.Contains(digest))
                return false;
            _dropped.Add(digest);
        }

        SessionLog.LayerDropped(_context.Logger, digest, e.Message);
        return true;
    }
}
