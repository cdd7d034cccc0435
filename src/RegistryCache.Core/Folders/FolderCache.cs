using RegistryCache.Core.Diagnostics;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Folders;
using RegistryCache.Core.Loading;
using RegistryCache.Core.Restore;

namespace RegistryCache;

/// <summary>Saves folders under keys, for CI runners: several keys share one tag, a restore falls back from the exact key to prefixes, and
/// a folder that the cache already has is not sent again. Thread-safe; any number of writers may save to one tag at once.</summary>
public class FolderCache
{
    private readonly FolderCacheOptions _options;
    private readonly SessionContext _context;
    private readonly ICacheImporter _sources;

    /// <summary>For a mock, which overrides what it needs. Everything else is made by a <see cref="BuildCache"/>.</summary>
    protected FolderCache() => (_options, _context, _sources) = (null!, null!, null!);

    internal FolderCache(FolderCacheOptions options, SessionContext context, ICacheImporter sources)
    {
        _options = options;
        _context = context;
        _sources = sources;
    }

    /// <summary>The key of the folder that a record of a cache is of; <see langword="null"/> for any other record.</summary>
    /// <param name="record">The record.</param>
    public static string? KeyOf(CacheRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return FolderRecords.KeyOf(record);
    }

    /// <summary>Restores the folder of a key, or else the newest whose key starts with a fallback. A miss changes nothing, but that a
    /// restore whose process died is taken back.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fallbacks">Prefixes of other keys, tried in their order; <see langword="null"/> for none.</param>
    /// <param name="into">The folder; created if it does not exist. Other files in it stay.</param>
    /// <param name="cancellationToken">Cancels the restore. The folder then has its earlier content.</param>
    /// <exception cref="ArgumentException">A key or prefix is empty, longer than 512 characters, or holds control characters.</exception>
    /// <exception cref="RegistryCacheException">The folder cannot be written.</exception>
    public virtual Task<FolderRestore> RestoreAsync(
        string key, IEnumerable<string>? fallbacks, string into, CancellationToken cancellationToken = default) =>
        RestoreAsync(key, fallbacks, into, restore: null, cancellationToken);

    /// <summary>Restores the folder of a key, or else the newest whose key starts with a fallback. A miss changes nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fallbacks">Prefixes of other keys, tried in their order; <see langword="null"/> for none.</param>
    /// <param name="into">The folder; created if it does not exist.</param>
    /// <param name="restore">What to accept, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the restore.</param>
    /// <exception cref="ArgumentException">A key or prefix is empty, longer than 512 characters, or holds control characters.</exception>
    /// <exception cref="RegistryCacheException">The folder cannot be written.</exception>
    public virtual async Task<FolderRestore> RestoreAsync(
        string key, IEnumerable<string>? fallbacks, string into, RestoreOptions? restore, CancellationToken cancellationToken = default)
    {
        FolderRecords.CheckKey(key, nameof(key));
        List<string> prefixes = [.. fallbacks ?? []];
        prefixes.ForEach(p => FolderRecords.CheckKey(p, nameof(fallbacks)));
        ArgumentException.ThrowIfNullOrEmpty(into);
        var done = await _context.Telemetry.RunAsync(
            "restore", ("registrycache.key", key),
            () => NamedErrors.RunAsync("Key", key, () => RestoreAsync(key, prefixes, into, restore, cancellationToken)), OutcomeOf)
            .ConfigureAwait(false);
        if (done.IsHit)
            _context.Telemetry.Hit("restore", OutcomeOf(done));
        else
            _context.Telemetry.Miss(
                "restore", done.IsUnusable ? "not-usable" : done.Sources.Any(s => s.Error is not null) ? "failed" : "no-key");
        _context.Telemetry.Restored.Add(done.Report?.Bytes ?? 0);
        return done;
    }

    /// <summary>Saves the content of a folder under a key. The other keys of the tag stay.</summary>
    /// <param name="key">The key. A folder that was saved under it before is replaced.</param>
    /// <param name="directory">The folder.</param>
    /// <param name="cancellationToken">Cancels the save; the tag then holds the old or the new state.</param>
    /// <exception cref="ArgumentException">The key is empty, longer than 512 characters, or holds control characters.</exception>
    /// <exception cref="RegistryCacheException">The folder cannot be read, or the cache cannot be written.</exception>
    public virtual Task<FolderSave> SaveAsync(string key, string directory, CancellationToken cancellationToken = default) =>
        SaveAsync(key, [(directory, "")], cancellationToken);

    /// <summary>Saves several folders under one key; they are restored together.</summary>
    /// <param name="key">The key. What was saved under it before is replaced.</param>
    /// <param name="folders">The folders, each with its place below the folder that they will be restored into: relative, with <c>/</c>
    /// between the parts.</param>
    /// <param name="cancellationToken">Cancels the save; the tag then holds the old or the new state.</param>
    /// <exception cref="ArgumentException">The key is empty, longer than 512, or holds control characters; or places overlap.</exception>
    /// <exception cref="RegistryCacheException">A folder cannot be read, or the cache cannot be written.</exception>
    public virtual async Task<FolderSave> SaveAsync(
        string key, IReadOnlyList<(string SourcePath, string LayerPath)> folders, CancellationToken cancellationToken = default)
    {
        FolderRecords.CheckKey(key, nameof(key));
        if (_options.Target is not { } target)
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.InvalidOptions,
                $"Key {ErrorText.Quote(key)} cannot be saved, because {nameof(FolderCacheOptions)}.{nameof(FolderCacheOptions.Target)} is "
                + "not set. Set it to the place to save to.");
        }

        var save = await _context.Telemetry.RunAsync(
            "save", ("registrycache.key", key),
            () => NamedErrors.RunAsync(
                "Key", key, () => new FolderSaver(_options, target, _context).SaveAsync(key, folders, cancellationToken)),
            static done => done.IsUnchanged ? "unchanged" : done.Export?.Error is null ? "saved" : "failed",
            static done => done.Export?.Error).ConfigureAwait(false);
        _context.Telemetry.Saved.Add(save.Layer?.Bytes ?? 0);
        return save;
    }

    /// <summary>The keys that can be restored, the newest first. Sources that cannot be read count as empty.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    public virtual async Task<IReadOnlyList<FolderKey>> ListAsync(CancellationToken cancellationToken = default)
    {
        var import = await _sources.ImportAsync(cancellationToken).ConfigureAwait(false);
        return FolderRecords.Keys(import.Graph, _context.Order());
    }

    /// <summary>The exact key, then for each prefix the keys that start with it, the newest first; each key once.</summary>
    private static IEnumerable<FolderEntry> Candidates(IReadOnlyList<FolderEntry> newestFirst, string key, IEnumerable<string> prefixes) =>
        newestFirst.Where(e => e.Key == key)
            .Concat(prefixes.SelectMany(p => newestFirst.Where(e => e.Key.StartsWith(p, StringComparison.Ordinal))))
            .Distinct();

    private List<string> Warnings(FolderEntry entry, CacheResult? overruled, IReadOnlyList<ImportedCache> sources)
    {
        if (overruled is null)
            return [];
        SessionLog.ResultOverruled(_context.Logger, entry.Key, overruled.CreatedAt.ToString());
        return [$"{sources[overruled.Rank].Source} has a newer folder under {entry.Key}, of {overruled.CreatedAt}. The earlier source was "
            + "used, because sources are trusted in their order; ask for the newest "
            + $"({nameof(FolderCacheOptions.PreferNewest)}, --prefer newest) to change that."];
    }

    private static string OutcomeOf(FolderRestore done) => done switch
    {
        { IsExact: true } => "exact",
        { IsHit: true } => "fallback",
        { IsUnusable: true } => "not-usable",
        _ => "miss",
    };

    private async Task<FolderRestore> RestoreAsync(
        string key, List<string> prefixes, string into, RestoreOptions? restore, CancellationToken cancellationToken)
    {
        // Only a folder cache writes such records, so links are restored as they were saved: see docs/adr/0054.
        restore ??= new RestoreOptions();
        var limits = restore.Limits ?? RestoreLimits.ForFolders;
        restore = restore with
        {
            SymbolicLinks = restore.SymbolicLinks == SymbolicLinkPolicy.Default ? SymbolicLinkPolicy.Any : restore.SymbolicLinks,
            Limits = limits,
            OwnDirectories = _context.OwnDirectories,
            Progress = restore.Progress ?? _options.Progress,
        };
        var context = _context with { Limits = _context.Limits.ForFolders(limits.MaxTotalBytes), Meter = new FetchMeter(_context.Time) };
        if (StatedRestore.For(_options, into, restore, context, cancellationToken) is not { } stated)
            return await RestoreAsync(key, prefixes, into, restore, context, apply: null, cancellationToken).ConfigureAwait(false);
        await using (stated.ConfigureAwait(false))
        {
            return await RestoreAsync(
                key, prefixes, into, restore, context, (chain, layers) => stated.ApplyAsync(chain, layers, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<FolderRestore> RestoreAsync(
        string key, List<string> prefixes, string into, RestoreOptions restore, SessionContext context,
        Func<LayerChain, IReadOnlyList<LayerLoad>, Task<RestoreReport>>? apply, CancellationToken cancellationToken)
    {
        var start = _context.Time.GetTimestamp();
        var import = await _sources.ImportAsync(cancellationToken).ConfigureAwait(false);
        var lookUp = _context.Time.GetElapsedTime(start);
        var failures = new List<CacheLoadFailure>();
        var order = _context.Order();
        foreach (var entry in Candidates(FolderRecords.List(import.Graph, order), key, prefixes))
        {
            var done = await ChainLoader.RestoreAsync(order.Sort(entry.Results), into, context, restore, apply, cancellationToken)
                .ConfigureAwait(false);
            foreach (var failure in done.Failures)
                SessionLog.ResultDropped(_context.Logger, entry.Key, failure.Error.CodeText, failure.Error.Message);
            failures.AddRange(done.Failures);
            if (done.Result is { } result)
                return Report() with
                {
                    Key = entry.Key,
                    MatchedPrefix = entry.Key == key ? null : prefixes.First(p => entry.Key.StartsWith(p, StringComparison.Ordinal)),
                    CreatedAt = result.CreatedAt,
                    Report = done.Report,
                    Warnings = Warnings(entry, order.Overruled(result, entry.Results), import.Sources),
                };
        }

        // A restore that finds something does this itself.
        await RestoreTransaction.RecoverAsync(into, restore.Access, cancellationToken).ConfigureAwait(false);
        return Report();

        FolderRestore Report() => new(key)
        {
            Sources = import.Sources,
            Failures = failures,
            BytesFetched = context.Meter!.Bytes,
            LayersReused = context.Meter.LayersReused,
            LookUpTime = lookUp,
            FetchTime = context.Meter.WaitTime,
            Duration = _context.Time.GetElapsedTime(start),
        };
    }
}
