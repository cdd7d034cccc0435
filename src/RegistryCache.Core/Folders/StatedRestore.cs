using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.FolderStates;
using RegistryCache.Core.Loading;
using RegistryCache.Core.Restore;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>Restores a folder of which a local state is kept: only what differs is fetched and written. It looks at the folder while the
/// sources are still asked. See docs/adr/0093-a-local-state-of-a-folder.md.</summary>
internal sealed class StatedRestore : IAsyncDisposable
{
    // A folder that is changed all the time is restored whole.
    private const int MaxTries = 3;

    private readonly string _directory;
    private readonly FolderStateStore _store;
    private readonly SnapshotOptions _snapshot;
    private readonly RestoreOptions _options;
    private readonly SessionContext _context;
    private readonly CancellationTokenSource _end;

    // The first look. Another try to restore looks again, because the first one may have changed the folder.
    private Task<(FolderState? State, Task<bool[]> Same)>? _first;

    // The end of the latest look.
    private Task _looking = Task.CompletedTask;

    private StatedRestore(
        string directory, FolderStateStore store, SnapshotOptions snapshot, RestoreOptions options, SessionContext context,
        CancellationToken cancellationToken)
    {
        _directory = directory;
        _store = store;
        _snapshot = snapshot;
        _options = options;
        _context = context;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _first = LookAsync();
    }

    /// <summary><see langword="null"/> if no state is kept, or if a state does not show what these options make of an entry.</summary>
    public static StatedRestore? For(
        FolderCacheOptions options, string directory, RestoreOptions restore, SessionContext context, CancellationToken cancellationToken)
    {
        if (options.StateDirectory is not { } place)
            return null;
        var store = FolderStateStore.For(place, directory, context.Logger);
        var shows = restore is
        {
            Times: TimePolicy.Keep, KeepOwners: false, ExtendedAttributes: ExtendedAttributePolicy.None,
            SymbolicLinks: SymbolicLinkPolicy.Any, Devices: EntryPolicy.Refuse, SetIdBits: EntryPolicy.Skip,
            RefuseDuplicates: false, RefuseCaseCollisions: null,
        };
        return shows ? new StatedRestore(directory, store, options.Snapshot, restore, context, cancellationToken) : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    public async Task<RestoreReport> ApplyAsync(LayerChain chain, IReadOnlyList<LayerLoad> layers, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            if (await TryApplyAsync(chain, layers, cancellationToken).ConfigureAwait(false) is { } report)
                return report;
        }

        return await LayerApplier.ApplyAsync(layers, _directory, _options, cancellationToken).ConfigureAwait(false);
    }

    // Null if the folder was changed since it was looked at, by another restore for example. Nothing was moved then.
    private async Task<RestoreReport?> TryApplyAsync(
        LayerChain chain, IReadOnlyList<LayerLoad> layers, CancellationToken cancellationToken)
    {
        var (before, looking) = await (Interlocked.Exchange(ref _first, null) ?? LookAsync()).ConfigureAwait(false);
        var known = 0;
        SavedFolder saved = null!;
        RestoreDifference difference = null!;
        RestoreSelection? selection = null;
        try
        {
            var report = await LayerApplier.ApplyAsync(layers, SelectAsync, _directory, _options, cancellationToken).ConfigureAwait(false);
            if (selection is null || report is null)
                return report;
            _context.Meter!.Reuse(layers.Count - difference.Layers.Count - (saved.Groups.Count - known));
            Note(before, saved, difference, selection);
            return report with
            {
                Layers = layers.Count,
                Entries = difference.Wanted.Count,
                Bytes = difference.Wanted.Bytes,
            };
        }
        catch (LayerFormatException e) when (selection is not null && layers.All(l => l.Failure != e))
        {
            // An index is wrong, so the layers alone decide.
            return await LayerApplier.ApplyAsync(layers, _directory, _options, cancellationToken).ConfigureAwait(false);
        }

        EntryIndex? Find(Digest diffId)
        {
            var index = before is null ? null : _store.FindIndex(before.Folder, diffId);
            known += index is null ? 0 : 1;
            return index;
        }

        // Null if the indexes do not help. They are read while the folder is looked at.
        async Task<RestoreSelection?> SelectAsync()
        {
            WantedFolder wanted;
            try
            {
                var read = await SavedFolder.ReadAsync(chain, Find, _context, cancellationToken).ConfigureAwait(false);
                if (read is not { HasTimes: true } || WantedFolder.Of(read, _options.Limits!) is not { } possible)
                    return null;
                (saved, wanted) = (read, possible);
            }
            catch (RegistryCacheException)
            {
                return null;
            }

            var same = await looking.ConfigureAwait(false);
            difference = new RestoreDifference(wanted, before, same);
            if (difference.Layers.Count > 0 && IgnoresCase() && wanted.HasCaseCollisions())
                return null;
            if (_options.ReplaceExisting)
                difference.FindOthers(_directory, _options);
            return selection = difference.Select(
                layers, () => before is null || StampLook.IsStillSame(before, same, _options.Access));
        }
    }

    // What is there already is not checked by the restore.
    private bool IgnoresCase()
    {
        using var root = Folder.Open(_directory, _options.Access);
        return CaseCollisions.AreIgnoredIn(root);
    }

    private Task<(FolderState? State, Task<bool[]> Same)> LookAsync()
    {
        var look = Task.Run(
            () =>
            {
                var state = Directory.Exists(_directory) ? _store.Load(RealPath.Of(_directory), SaveState.FormOf(_snapshot)) : null;
                var same = state is null
                    ? Task.FromResult<bool[]>([])
                    : StampLook.CompareAsync(state, _options.Access, untilDifferent: false, _end.Token);
                return (state, same);
            },
            _end.Token);
        _looking = EndAsync();
        return look;

        async Task EndAsync() => await (await look.ConfigureAwait(false)).same.ConfigureAwait(false);
    }

    private void Note(FolderState? before, SavedFolder saved, RestoreDifference difference, RestoreSelection selection)
    {
        var groups = saved.ToStated();
        if (before is not null && selection.IsNothing)
        {
            var chain = before.Groups.Select(g => g.DiffId);
            if (before.Boot == FolderStateStore.Boot && chain.SequenceEqual(groups.Select(g => g.DiffId)))
                _store.Save(before.Folder, saved.Indexes);
            else
                _store.Save(
                    before with { Boot = FolderStateStore.Boot, Groups = groups },
                    before.Parts.Select(p => (StampedPiece)p),
                    saved.Indexes);
            return;
        }

        try
        {
            var state = new FolderState
            {
                Folder = RealPath.Of(_directory),
                Form = SaveState.FormOf(_snapshot),
                Boot = FolderStateStore.Boot,
                Time = selection.Time,
                Groups = groups,
            };
            var taker = new StampTaker(_snapshot, _options.Access, difference, selection.Written);
            _store.Save(state, taker.Take(_directory, keepsOthers: !_options.ReplaceExisting), saved.Indexes);
        }
        catch (CacheStorageException)
        {
            // Another program has changed the folder since. What was noted before is true still.
        }
    }
}
