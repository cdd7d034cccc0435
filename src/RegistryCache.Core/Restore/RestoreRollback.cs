using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>Ends a restore from its journal: one that has committed is completed, any other is rolled back. Each step can be repeated, so
/// if the process dies here, the next restore does the rest.</summary>
internal sealed class RestoreRollback(RestoreStage stage)
{
    private readonly HashSet<string> _inner = new(StringComparer.Ordinal);
    private FileTime _start;

    /// <summary>Completes or rolls back the restores of dead processes, as their staging directories say.</summary>
    public static void RecoverAll(RestoreStage own)
    {
        foreach (var name in own.Root.Names().Where(StagingNames.IsStaging))
        {
            using var dead = RestoreStage.TryTakeOver(own.Root, name, own.User);
            if (dead is null)
                continue;
            var records = dead.Journal.ReadAll();
            records.Where(record => record.Kind == JournalKind.Area).ToList().ForEach(dead.Open);
            if (records.Exists(record => record.Kind == JournalKind.Commit))
                Complete(dead, records);
            else if (!dead.IsTakenBack)
                new RestoreRollback(dead).Run(records);
            dead.Delete();
        }
    }

    /// <summary>Rolls everything back. Nothing is written for it, which a full disk would refuse.</summary>
    public static void Undo(RestoreStage stage) => new RestoreRollback(stage).Run(stage.Journal.ReadAll());

    /// <summary>Does what follows the last move: directories that have become empty go, and modes lock their directories.</summary>
    public static void Complete(RestoreStage stage, IReadOnlyList<JournalRecord> records)
    {
        foreach (var record in records.Where(record => record.Kind == JournalKind.RemoveEmpty))
        {
            var (parent, name) = LayerPaths.Split(record.Target);
            if (stage.Target.Enter(parent) is { } folder)
                RemoveIfEmpty(folder, name);
        }

        // In descending order a directory comes after everything inside it.
        foreach (var record in records.Where(record => record.Kind == JournalKind.Finish)
            .OrderByDescending(record => record.Target, StringComparer.Ordinal))
            stage.Target.Enter(record.Target)?.Apply(new NodeMetadata { Mode = record.Node.Mode });
    }

    private void Run(List<JournalRecord> records)
    {
        _start = records.Find(record => record.Kind == JournalKind.Start)?.Node.Modified ?? default;
        _inner.UnionWith(records.Where(record => record.Kind == JournalKind.Inner).Select(record => record.Target));
        for (var i = records.Count - 1; i >= 0; i--)
        {
            if (records[i].Kind is JournalKind.Place or JournalKind.Remove)
                Undo(records[i]);
        }

        for (var i = records.Count - 1; i >= 0; i--)
        {
            if (records[i].Kind == JournalKind.Keep && stage.Target.Enter(records[i].Target) is { } folder)
                folder.Apply(Before(records[i].Node, folder.Describe()));
        }

        stage.MarkTakenBack();
    }

    private static NodeMetadata Before(FileNode node, FileNode now) => new()
    {
        Mode = node.Mode,
        Owner = (node.UserId, node.GroupId) == (now.UserId, now.GroupId) ? null : (node.UserId, node.GroupId),
        Modified = node.Modified,
    };

    private void Undo(JournalRecord record)
    {
        var (parent, name) = LayerPaths.Split(record.Target);

        // Without its area or its directory there is nothing to move; what was moved away then stays in the area.
        if (stage.Area(record.Area) is not { } area || stage.Target.Enter(parent) is not { } folder)
            return;
        if (record.Kind == JournalKind.Place)
        {
            var (slot, slotName) = area.Slot(record.Layer);
            var waiting = slot?.Find(slotName);
            var isExchanged = waiting is not null && waiting.Inode != 0 && waiting.Inode != record.Node.Inode;
            if (waiting is null || isExchanged)
                TakeBack(record, folder, name, slot, slotName, isExchanged);
        }

        if (area.Old.Find(record.OldName) is not null)
            BringBack(area.Old, record.OldName, folder, name);
    }

    private void TakeBack(JournalRecord record, Folder folder, string name, Folder? slot, string slotName, bool isExchanged)
    {
        // What others have put there since is not ours to move.
        if (folder.Find(name) is { } found && record.IsStill(found))
        {
            if (found.Kind == FileKind.Directory)
                RemoveOurs(folder, name, record.Target);
            else if (isExchanged && folder.TryExchange(name, slot!, slotName))
                return;
            else if (slot is null || isExchanged || !folder.TryMove(name, slot, slotName))
                folder.DeleteFile(name);
        }

        if (isExchanged)
            BringBack(slot!, slotName, folder, name);
    }

    // What somebody else has made or changed inside is newer than the first move, or in a directory that is not ours: it stays.
    private void RemoveOurs(Folder parent, string name, string path)
    {
        using (var folder = parent.TryOpenFolder(name))
        {
            foreach (var node in folder?.List() ?? [])
            {
                var child = LayerPaths.Join(path, node.Name);
                if (node.Kind == FileKind.Directory && _inner.Contains(child))
                    RemoveOurs(folder!, node.Name, child);
                else if (node.Kind != FileKind.Directory && node.LastChange.CompareTo(_start) <= 0)
                    folder!.DeleteFile(node.Name);
            }
        }

        RemoveIfEmpty(parent, name);
    }

    private void BringBack(Folder from, string fromName, Folder folder, string name)
    {
        if (!from.TryMove(fromName, folder, name))
            from.TryMove(fromName, folder, $"{name}.before-restore-{stage.Id}");
    }

    private static void RemoveIfEmpty(Folder parent, string name)
    {
        using (var folder = parent.TryOpenFolder(name))
        {
            if (folder is null || folder.Names().Count > 0)
                return;
        }

        try
        {
            parent.DeleteEmptyFolder(name);
        }
        catch (CacheStorageException)
        {
            // It is a mount point, or another program has just put something in. Then it stays.
        }
    }
}
