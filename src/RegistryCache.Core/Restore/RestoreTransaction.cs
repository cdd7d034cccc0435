using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>Restores into a folder without replacing it: layers are applied to a staging directory inside it, and the result is then moved
/// to its place, name by name. See docs/adr/0051.</summary>
internal sealed class RestoreTransaction(Folder root, RestoreStage stage, IReadOnlyList<string> created) : IDisposable
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(10);
    private readonly RestoreStage _stage = stage;
    private readonly IReadOnlyList<string> _created = created;
    private bool _keepsStage;
    private bool _isCommitted;

    public Folder Staging => _stage.Area(0)!.New;

    public Folder Target { get; } = root;

    /// <summary>Ends what restores of dead processes left in a folder, as the next restore would. Without any, nothing is
    /// touched.</summary>
    public static async Task RecoverAsync(string directory, FolderAccess access, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory))
            return;
        using (var root = Folder.Open(directory, access))
        {
            if (!root.Names().Any(StagingNames.IsStaging))
                return;
        }

        (await BeginAsync(directory, access, cancellationToken).ConfigureAwait(false)).Dispose();
    }

    public static async Task<RestoreTransaction> BeginAsync(string directory, FolderAccess access, CancellationToken cancellationToken)
    {
        var full = Path.TrimEndingDirectorySeparator(AbsolutePath.Of(directory));
        var created = CreateDirectory(full);
        Folder? root = null;
        RestoreTransaction? transaction = null;
        try
        {
            root = Folder.Open(full, access);
            transaction = new RestoreTransaction(root, RestoreStage.Create(root), created);
            using (await LockAsync(root, cancellationToken).ConfigureAwait(false))
                RestoreRollback.RecoverAll(transaction._stage);
            return transaction;
        }
        catch
        {
            if (transaction is not null)
            {
                transaction.Dispose();
                throw;
            }

            root?.Dispose();
            DeleteCreated(created);
            throw;
        }
    }

    /// <summary>Whether a selection holds while no other restore moves.</summary>
    public async Task<bool> HoldsAsync(RestoreSelection selection, CancellationToken cancellationToken)
    {
        using (await LockAsync(Target, cancellationToken).ConfigureAwait(false))
            return selection.Holds();
    }

    /// <summary>Moves everything into place, or leaves the folder as it was.</summary>
    /// <returns><see langword="false"/> if the selection does not hold any more, so nothing was moved.</returns>
    public async Task<bool> CommitAsync(
        IReadOnlyDictionary<string, StagedDirectory> directories,
        RestoreOptions options,
        RestoreSelection? selection,
        CancellationToken cancellationToken)
    {
        // One after another: a restore that rolls back must not run at the same time as one that moves.
        using var held = await LockAsync(Target, cancellationToken).ConfigureAwait(false);
        if (selection?.Holds() == false)
            return false;
        var plan = new RestorePlan(_stage, directories, options, selection?.Has, cancellationToken);
        var moves = new RestoreMoves(_stage, plan);
        IReadOnlyList<JournalRecord> left;
        try
        {
            left = Move(plan, moves, cancellationToken);
        }
        catch (Exception failure)
        {
            TakeBack(failure);
            throw;
        }

        // If the rest fails, the next restore does it.
        _isCommitted = _keepsStage = true;
        RestoreRollback.Complete(_stage, left);
        moves.Date(left);
        if (selection is not null)
            selection.Time = TimeOrNone();
        DeleteStage();
        return true;
    }

    /// <summary>Without <see cref="CommitAsync"/>: the folder is as it was.</summary>
    public void Dispose()
    {
        if (!_keepsStage)
            DeleteStage();
        _stage.Dispose();
        Target.Dispose();
        if (!_isCommitted)
            DeleteCreated(_created);
    }

    private FileTime TimeOrNone()
    {
        try
        {
            return _stage.Now().After;
        }
        catch (CacheStorageException)
        {
            // The restore is done; only nobody can tell later what was changed.
            return default;
        }
    }

    private IReadOnlyList<JournalRecord> Move(RestorePlan plan, RestoreMoves moves, CancellationToken cancellationToken)
    {
        plan.Run();
        if (plan.HasNewDirectories)
        {
            var now = JournalRecord.Nothing with { Modified = _stage.Now().Before };
            _stage.Journal.Append(new JournalRecord(JournalKind.Start, 0, "", "", now));
        }

        _stage.Journal.Write(toDisk: true);
        _stage.Flush();
        moves.Run(cancellationToken);
        var left = plan.Finish();
        _stage.Journal.Append(new JournalRecord(JournalKind.Commit, 0, "", "", JournalRecord.Nothing));
        _stage.Journal.Write(toDisk: true);
        return left;
    }

    private void TakeBack(Exception failure)
    {
        try
        {
            RestoreRollback.Undo(_stage);
        }
        catch (CacheStorageException e)
        {
            _keepsStage = true;
            throw new CacheStorageException(
                RegistryCacheErrorCode.StorageFailure,
                $"{failure.Message} The rollback failed too: {e.Message} The earlier content of the folder is in "
                + $"'{ErrorText.Quote(_stage.FullPath)}'. The next restore into the folder moves it back.",
                failure);
        }
    }

    private void DeleteStage()
    {
        _keepsStage = true;
        try
        {
            _stage.Delete();
        }
        catch (CacheStorageException)
        {
            // Its content is not needed any more. The next restore removes it.
        }
    }

    private static async Task<FolderLock> LockAsync(Folder folder, CancellationToken cancellationToken)
    {
        while (true)
        {
            var held = folder.TryLock();
            if (!held.IsHeldByAnother)
                return held;
            held.Dispose();
            await Task.Delay(LockPoll, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    // The directories that did not exist, the inner ones first.
    private static List<string> CreateDirectory(string full)
    {
        var created = new List<string>();
        try
        {
            for (var path = full; path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(path))
                created.Add(path);
            Directory.CreateDirectory(full);
            return created;
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            throw new CacheStorageException(
                RegistryCacheErrorCode.StorageFailure,
                File.Exists(full)
                    ? $"'{ErrorText.Quote(full)}' is not a directory. Choose another folder to restore into."
                    : $"Cannot create the directory '{ErrorText.Quote(full)}': {ErrorText.Sentence(e.Message)}",
                e);
        }
    }

    private static void DeleteCreated(IReadOnlyList<string> created)
    {
        try
        {
            foreach (var path in created)
                Directory.Delete(path, recursive: false);
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            // Another program has put something in. Then they stay.
        }
    }
}
