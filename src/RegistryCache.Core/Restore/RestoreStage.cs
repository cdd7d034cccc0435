using System.Diagnostics;
using System.Security.Cryptography;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>The temporary directories of one restore in its target: a staging directory with a journal, locked by its owner, and one more
/// in each other mount that the restore reaches.</summary>
internal sealed class RestoreStage(Folder root, string name, Folder staging, FolderLock held, RestoreJournal journal) : IDisposable
{
    private static readonly TimeSpan LongestTick = TimeSpan.FromMilliseconds(50);
    private readonly FolderLock _lock = held;
    private readonly List<RestoreArea?> _areas = [];
    private readonly List<(string Target, string Name)> _parts = [];

    private bool _isClosed;

    public Folder Root { get; } = root.Share();

    public OpenPath Target { get; } = new(root);

    public RestoreJournal Journal { get; } = journal;

    private string StageName { get; } = name;

    private Folder Staging { get; } = staging;

    public string Id => StageName[StagingNames.Prefix.Length..];

    public string FullPath => Staging.FullPath;

    /// <summary>The user that this process creates files as; 0 where the system has none.</summary>
    public uint User => Staging.Describe().UserId;

    public static RestoreStage Create(Folder root)
    {
        while (true)
        {
            var name = StagingNames.Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
            if (!root.TryCreateFolder(name) || root.TryOpenFolder(name) is not { } staging)
                continue;
            FolderLock? held = null;
            RestoreStage? stage = null;
            try
            {
                held = staging.TryLock();

                // Before the directory was locked, another restore may have treated it as one of a dead process.
                if (held.IsHeldByAnother || root.Find(name)?.Inode != staging.Describe().Inode)
                {
                    held.Dispose();
                    staging.Dispose();
                    continue;
                }

                RestoreArea.Create(staging);
                stage = new RestoreStage(root, name, staging, held, RestoreJournal.Create(staging));
                stage._areas.Add(RestoreArea.TryOpen(root.Share(), name, ""));
                return stage;
            }
            catch (CacheStorageException)
            {
                stage?.Close();
                staging.Dispose();
                DeleteLeftover(root, name, held);
                throw;
            }
        }
    }

    /// <summary>Opens the staging directory of a process that is dead; <see langword="null"/> when its owner lives, when nobody can tell,
    /// or when it belongs to another user, whose journal must not move files for us.</summary>
    public static RestoreStage? TryTakeOver(Folder root, string name, uint user)
    {
        if (root.TryOpenFolder(name) is not { } staging)
            return null;
        var held = staging.Describe().UserId == user ? staging.TryLock() : null;
        if (held?.Held is null)
        {
            held?.Dispose();
            staging.Dispose();
            return null;
        }

        if (RestoreJournal.TryOpen(staging) is { } journal)
        {
            var stage = new RestoreStage(root, name, staging, held, journal);
            stage._areas.Add(RestoreArea.TryOpen(root.Share(), name, ""));
            return stage;
        }

        // Nothing was moved, or everything but the last deletions was done.
        held.Dispose();
        staging.Dispose();
        FolderTrees.Delete(root, name);
        return null;
    }

    /// <summary>Whether everything was rolled back, so that the staging directories hold nothing of value.</summary>
    public bool IsTakenBack => Staging.Find(StagingNames.TakenBack) is not null;

    /// <summary>Waits until the staging directory itself would survive a loss of power.</summary>
    public void Flush()
    {
        Staging.Flush();
        Root.Flush();
    }

    public void MarkTakenBack()
    {
        try
        {
            Staging.TryCreateFile(StagingNames.TakenBack)?.Dispose();
        }
        catch (CacheStorageException)
        {
            // If nothing more can be created, removing the journal has the same meaning.
            Staging.DeleteFile(StagingNames.Journal);
        }
    }

    /// <summary>Two times by the clock of this file system. What existed before has changed by the first at the latest. What anybody makes
    /// from now on is newer than the first, if the clock has moved on, and never older than the second.</summary>
    public (FileTime Before, FileTime After) Now()
    {
        Staging.DeleteFile(StagingNames.Clock);
        using var file = Staging.TryCreateFile(StagingNames.Clock)
            ?? throw new InvalidOperationException("Another thread reads the clock.");
        FileTime Tick()
        {
            FileContent.Write(file, StagingNames.Clock, [0], 0);
            return Staging.Describe(file, StagingNames.Clock).LastChange;
        }

        // Clocks of file systems tick every few milliseconds; one that does not for so long is not worth waiting for.
        var (before, after) = (Tick(), Tick());
        for (var start = Stopwatch.GetTimestamp(); after == before && Stopwatch.GetElapsedTime(start) < LongestTick; after = Tick())
            Thread.Yield();
        return (before, after);
    }

    public RestoreArea? Area(int number) => number < _areas.Count ? _areas[number] : null;

    /// <summary>Makes a staging directory in another mount and copies there what waits for it.</summary>
    public int AddArea(Folder home, string target, string layer, Folder? slot, CancellationToken cancellationToken)
    {
        var number = _areas.Count;
        Journal.Append(new JournalRecord(JournalKind.Area, number, layer, target, JournalRecord.Nothing));
        Journal.Write();
        var name = PartName(number);
        _parts.Add((target, name));
        home.TryCreateFolder(name);
        using (var staging = home.TryOpenFolder(name))
            RestoreArea.Create(staging!);
        _areas.Add(RestoreArea.TryOpen(home.Share(), name, layer));
        if (slot is not null)
            FolderTrees.Copy(slot, _areas[number]!.New, cancellationToken);
        return number;
    }

    public void Open(JournalRecord record)
    {
        var name = PartName(record.Area);
        _parts.Add((record.Target, name));
        _areas.Add(Target.Enter(record.Target) is { } home ? RestoreArea.TryOpen(home.Share(), name, record.Layer) : null);
    }

    /// <summary>Removes all staging directories, the one with the journal last.</summary>
    public void Delete()
    {
        using var root = Root.Share();
        foreach (var (target, name) in _parts)
        {
            if (Target.Enter(target) is { } home)
                FolderTrees.Delete(home, name);
        }

        // Without the journal nothing is done again, whatever is left here.
        Journal.Dispose();
        Staging.DeleteFile(StagingNames.Journal);
        Close();

        // The lock is freed last, so that no other restore takes the rest over. Windows cannot remove a directory with an open file.
        if (OperatingSystem.IsWindows())
            _lock.Dispose();
        FolderTrees.Delete(root, StageName);
        _lock.Dispose();
    }

    public void Dispose()
    {
        Close();
        _lock.Dispose();
    }

    private static void DeleteLeftover(Folder root, string name, FolderLock? held)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                held?.Dispose();
            FolderTrees.Delete(root, name);
        }
        catch (CacheStorageException)
        {
            // The next restore removes it.
        }
        finally
        {
            held?.Dispose();
        }
    }

    private void Close()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        Target.Dispose();
        foreach (var area in _areas)
            area?.Dispose();
        _areas.Clear();
        Journal.Dispose();
        Staging.Dispose();
        Root.Dispose();
    }

    private string PartName(int number) => $"{StagingNames.PartPrefix}{Id}-{number}";
}
