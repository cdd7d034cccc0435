using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>Does what the journal says, one name after another. Where the system can exchange two names, each name is the old or the new
/// file at every moment. Elsewhere the name does not exist for a moment.</summary>
internal sealed class RestoreMoves(RestoreStage stage, RestorePlan plan)
{
    private const int Attempts = 100;

    public void Run(CancellationToken cancellationToken)
    {
        for (long offset = 0; stage.Journal.Read(ref offset) is { } record;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (record.Kind == JournalKind.Place)
                Place(record);
            else if (record.Kind == JournalKind.Remove)
                MoveAway(record, ParentOf(record), LayerPaths.Split(record.Target).Name);
        }

        foreach (var (path, metadata) in plan.Kept)
            stage.Target.Enter(path)?.Apply(new StagedDirectory(metadata, IsImplied: false).Open);
    }

    /// <summary>Gives directories their times once more, after empty directories in them were removed.</summary>
    public void Date(IReadOnlyList<JournalRecord> done)
    {
        var changed = done.Where(record => record.Kind == JournalKind.RemoveEmpty)
            .Select(record => LayerPaths.Split(record.Target).Parent).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, metadata) in plan.Kept.Where(kept => changed.Contains(kept.Key)))
            stage.Target.Enter(path)?.Apply(new NodeMetadata { Modified = metadata.Modified });
    }

    private void Place(JournalRecord record)
    {
        var (slot, slotName) = stage.Area(record.Area)!.Slot(record.Layer);
        var target = ParentOf(record);
        var name = LayerPaths.Split(record.Target).Name;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (slot!.TryMove(slotName, target, name))
                return;
            if (target.Find(name) is not { } existing)
                continue;
            if (existing.Kind == FileKind.Directory)
            {
                // Another program has created a directory here. It stays, like any other.
                if (record.Node.Kind == FileKind.Directory && slot.Find(slotName) is { } node)
                {
                    plan.Put(slot, node, target, record.Layer, record.Target, record.Area);
                    stage.Journal.Write();
                    return;
                }

                using var inner = target.TryOpenFolder(name);
                if (inner is not null)
                    RestorePlan.RequireNoFiles(inner, record.Target);
            }

            if (slot.TryExchange(slotName, target, name))
                return;
            if (target.Find(name) is not null)
                MoveAway(record, target, name);
        }

        throw Changed(record);
    }

    private void MoveAway(JournalRecord record, Folder folder, string name)
    {
        if (folder.Find(name) is { Kind: not FileKind.Directory } || record.Kind == JournalKind.Place)
            folder.TryMove(name, stage.Area(record.Area)!.Old, record.OldName);
    }

    private Folder ParentOf(JournalRecord record) =>
        stage.Target.Enter(LayerPaths.Split(record.Target).Parent) ?? throw Changed(record);

    private static CacheStorageException Changed(JournalRecord record) => CacheStorageException.Changed(
        $"'{ErrorText.Quote(record.Target)}' was changed by another program again and again during the restore. "
        + "Restore again when nothing writes there.");
}
