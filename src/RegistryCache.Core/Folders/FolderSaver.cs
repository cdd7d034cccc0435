using RegistryCache.Core.Diagnostics;
using RegistryCache.Core.Export;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.FolderStates;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Import;
using RegistryCache.Core.Loading;
using RegistryCache.Core.Snapshots;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>Saves folders under keys of one target. A layer that the cache already has is used only after the target was asked for it. If
/// one is missing or damaged, all layers are made again from the folder, and what the target does not have is sent.</summary>
internal sealed class FolderSaver(FolderCacheOptions options, CacheTarget target, SessionContext context)
{
    /// <summary>How many saved folders are compared with the one to save. Each costs a request for each of its indexes.</summary>
    private const int MaxCandidates = 3;

    /// <summary>A manifest has about 330 bytes for each layer, and BuildKit reads 1 MiB.</summary>
    private const int MaxLayers = 2500;

    /// <summary>A folder that is saved again unchanged gets a new date when its own is older than this. So pruning by age never takes what
    /// is saved every day, and most saves of an unchanged folder move no tag.</summary>
    private static readonly TimeSpan RenewalAge = TimeSpan.FromDays(1);

    private readonly CacheExporter _exporter = context.Exporters.Create(target, context.Exporters.Defaults with
    {
        MergeWithExisting = true,
        ChecksEveryBlob = true,
        OverwriteImage = options.OverwriteImage,
        Progress = options.Progress,
        Keep = new NewestRecords(FolderRecords.Root, options.MaxKeys, MaxLayers),
    });

    private readonly SnapshotOptions _snapshot = options.Snapshot with { Limits = options.Snapshot.Limits ?? RestoreLimits.ForFolders };
    private IReadOnlyList<PlaceContent?> _before = [];
    private IReadOnlyList<FolderEntry> _entries = [];
    private SaveState? _state;

    public async Task<FolderSave> SaveAsync(
        string key, IReadOnlyList<(string SourcePath, string LayerPath)> folders, CancellationToken cancellationToken)
    {
        var mapped = new MappedFolders(folders, _snapshot);
        IReadOnlyList<string> own =
            [.. context.OwnDirectories, .. options.StateDirectory is { } directory ? [directory] : (string[])[]];
        var start = context.Time.GetTimestamp();
        var state = Task.Run(OpenStateAsync, cancellationToken);
        var lookUp = TimeSpan.Zero;
        FolderScan? scan = null;
        try
        {
            var before = _exporter.LookAsync(cancellationToken);
            await Task.WhenAll(state, before).ConfigureAwait(false);
            (_state, _before) = (await state.ConfigureAwait(false), await before.ConfigureAwait(false));
            lookUp = context.Time.GetElapsedTime(start);
            _entries = FolderRecords.List(_before[0]?.Graph ?? CacheGraph.Empty, context.Order());
            var save = await SaveUnchangedAsync(key, cancellationToken).ConfigureAwait(false);
            if (save is null)
            {
                var hashing = Candidates(key).Any() ? new ScanHashing(_snapshot, options.Progress, context.Time) : null;
                scan = await FolderScan.ReadAsync(mapped, _snapshot, own, _state is null ? null : _state.Find, hashing, cancellationToken)
                    .ConfigureAwait(false);
                save = await SaveAsync(key, scan, cancellationToken).ConfigureAwait(false);
            }

            return save with { LookUpTime = lookUp, Duration = context.Time.GetElapsedTime(start) };
        }
        catch (RegistryCacheException e) when (target.IgnoreError && !CacheExporter.IsWrongUse(e))
        {
            // The exporter does the same for what happens inside it; a folder is read and encoded before that.
            CoreLog.ExportIgnored(context.Logger, target, e.CodeText, e.Message);
            return new FolderSave(key, ContentDigest: null, IsUnchanged: false, new CacheExportReport(target) { Error = e })
            {
                Layer = scan?.Report,
                LookUpTime = lookUp,
                Duration = context.Time.GetElapsedTime(start),
            };
        }
        finally
        {
            scan?.Dispose();
        }

        async Task<SaveState?> OpenStateAsync()
        {
            await mapped.RecoverAsync(cancellationToken).ConfigureAwait(false);
            return OpenState(folders, own);
        }
    }

    private SaveState? OpenState(IReadOnlyList<(string SourcePath, string LayerPath)> folders, IReadOnlyList<string> own) =>
        options.StateDirectory is { } directory && folders is [(var path, "")] && Directory.Exists(path)
            ? new SaveState(
                FolderStateStore.For(directory, path, context.Logger), RealPath.Of(path), options, own, context.Time.GetUtcNow())
            : null;

    /// <summary>Saves a folder that is as the last save left it, without looking at more than that.</summary>
    private async Task<FolderSave?> SaveUnchangedAsync(string key, CancellationToken cancellationToken)
    {
        var chains = _entries.OrderByDescending(e => e.Key == key).Select(e => e.Indexed?.Chain).OfType<LayerChain>().Distinct();
        if (_state is null || await _state.FindUnchangedAsync(chains, cancellationToken).ConfigureAwait(false) is not var (save, saved))
            return null;
        try
        {
            return await ExportAsync(key, saved, save.Content, save.Report, cancellationToken).ConfigureAwait(false) is var done
                && done.Export?.Error is { } error && IsLostLayer(error) ? null : done;
        }
        catch (RegistryCacheException e) when (IsLostLayer(e))
        {
            // The long way meets it again.
            return null;
        }
    }

    private async Task<FolderSave> SaveAsync(string key, FolderScan scan, CancellationToken cancellationToken)
    {
        RegistryCacheException error;
        try
        {
            var save = await SaveAsync(key, scan, Candidates(key), cancellationToken).ConfigureAwait(false);
            if (save.Export?.Error is not { } ignored || !IsLostLayer(ignored))
                return save;
            error = ignored;
        }
        catch (RegistryCacheException e) when (IsLostLayer(e))
        {
            error = e;
        }

        SessionLog.LayerSentAgain(context.Logger, error.CodeText, error.Message);
        return await SaveAsync(key, scan, [], cancellationToken).ConfigureAwait(false);
    }

    private static bool IsLostLayer(RegistryCacheException e) =>
        e.Side == CacheSide.Source && e is ContentNotFoundException or ContentMismatchException;

    /// <summary>The key itself, then the keys that are most like it, the newest first.</summary>
    private IEnumerable<LayerChain> Candidates(string key) => _entries.Where(e => e.Indexed is not null)
        .OrderByDescending(e => e.Key == key)
        .ThenByDescending(e => e.Key.AsSpan().CommonPrefixLength(key))
        .Select(e => e.Indexed!.Chain!)
        .Distinct()
        .Take(MaxCandidates);

    private async Task<FolderSave> SaveAsync(
        string key, FolderScan scan, IEnumerable<LayerChain> candidates, CancellationToken cancellationToken)
    {
        var planner = new FolderPlanner(scan.Nodes, options.SavesTimes, _snapshot.Limits!);
        foreach (var chain in candidates)
        {
            if (await ReadAsync(chain, cancellationToken).ConfigureAwait(false) is not { } saved)
                continue;
            if (planner.Consider(saved))
                break;
        }

        var plan = planner.Finish();
        if (plan.IsUnchanged)
            return await ExportAsync(key, plan.Like!, scan, cancellationToken).ConfigureAwait(false);
        var writer = new FolderWriter(
            options, context, scan, planner, (layer, token) => _exporter.SendAsync(layer, _before, token));
        await using (writer.ConfigureAwait(false))
        {
            var written = await writer.WriteAsync(plan, cancellationToken).ConfigureAwait(false);
            return await ExportAsync(key, written, scan, cancellationToken).ConfigureAwait(false) with
            {
                LayersMade = writer.LayersMade,
                IsNewBase = plan.Difference is null,
            };
        }
    }

    /// <summary>A saved folder that can be told from its indexes. If it cannot, the folder is saved as if it were not there.</summary>
    private async Task<SavedFolder?> ReadAsync(LayerChain chain, CancellationToken cancellationToken)
    {
        try
        {
            return await SavedFolder.ReadAsync(chain, _state is null ? null : _state.FindIndex, context, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (RegistryCacheException e)
        {
            SessionLog.LayerSentAgain(context.Logger, e.CodeText, e.Message);
            return null;
        }
    }

    private async Task<FolderSave> ExportAsync(string key, SavedFolder saved, FolderScan scan, CancellationToken cancellationToken)
    {
        var content = EntryIdentity.Of(scan.Nodes.Select(n => n.Identity));
        var done = await ExportAsync(key, saved, content, scan.Report, cancellationToken).ConfigureAwait(false);
        if (done.Export is { Error: null })
            _state?.Store(scan, saved, content);
        return done;
    }

    private async Task<FolderSave> ExportAsync(
        string key, SavedFolder saved, Digest content, LayerWriteReport report, CancellationToken cancellationToken)
    {
        var entry = _entries.FirstOrDefault(e => e.Key == key);
        var result = entry?.Indexed is { } own && own == entry.Best && own.Chain == saved.Chain && !IsOld(own.CreatedAt)
            ? own
            : new CacheResult(saved.Chain, context.Order().After(context.Now(), entry?.Results ?? [])) { Rank = CacheResult.MadeHere };
        var done = await _exporter.ExportAsync(FolderRecords.Make(key, result), _before, cancellationToken).ConfigureAwait(false);
        if (RestoreLimit(saved) is { } warning)
            done = done with { Warnings = [.. done.Warnings, warning] };
        return new FolderSave(key, content, done.IsUnchanged, done)
        {
            Layer = report,
            Layers = saved.Chain.Length,
            ChangesOnBase = saved.Groups.Count - 1,
        };
    }

    private bool IsOld(CacheTime saved) => saved.ToDateTimeOffset() is not { } at || context.Time.GetUtcNow() - at > RenewalAge;

    /// <summary>A warning if a restore with this cache's limits would refuse a layer. The default limits never do.</summary>
    private string? RestoreLimit(SavedFolder saved)
    {
        var limits = context.Limits.ForFolders(_snapshot.Limits!.MaxTotalBytes);
        var needed = saved.Groups.SelectMany(g => g.Parts())
            .Select(p => limits.NeededFor(p.Indexed.Bytes, p.Layer.Descriptor.Size)).OfType<(string Name, long Value)>()
            .GroupBy(n => n.Name, n => n.Value).Select(n => $"{nameof(LayerOptions)}.{n.Key} = {n.Max()} or more").ToList();
        return needed.Count == 0
            ? null
            : $"The folder exceeds a limit that was set for reading layers. A restore needs {string.Join(" and ", needed)}.";
    }
}
